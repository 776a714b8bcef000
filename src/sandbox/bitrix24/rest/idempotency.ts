import type { Clock } from '../state.ts';
import type { Answer } from '../wire/answers.ts';

const keptMs = 24 * 60 * 60 * 1000;

/** What the key belongs to: the same key of another credential, person or method is another key. */
export type KeyOwner = {
  readonly credential: string;
  readonly userId: number;
  readonly method: string;
};

/** The answers that belong to idempotency keys. */
export type IdempotencyMemory = {
  /** `new` also while a first request with the key still runs: the portal stores a key only after the action. */
  look(
    owner: KeyOwner,
    key: string,
    bodyHash: string,
  ): { kind: 'new' } | { kind: 'other-body' } | { kind: 'stored'; answer: Answer };
  /** Keeps a success for 24 hours; errors are never kept. */
  keep(owner: KeyOwner, key: string, bodyHash: string, answer: Answer): void;
};

/** Bitrix24's memory of Idempotency-Keys (REST 3 overview, "Repeated call without doubles"). */
export function createIdempotencyMemory(clock: Clock): IdempotencyMemory {
  const stored = new Map<string, { bodyHash: string; answer: Answer; at: number }>();
  const nameOf = (owner: KeyOwner, key: string) => `${owner.credential} ${owner.userId} ${owner.method} ${key}`;
  return {
    look(owner, key, bodyHash) {
      const entry = stored.get(nameOf(owner, key));
      if (entry === undefined || clock.now() >= entry.at + keptMs) {
        return { kind: 'new' };
      }
      return entry.bodyHash === bodyHash ? { kind: 'stored', answer: entry.answer } : { kind: 'other-body' };
    },
    keep(owner, key, bodyHash, answer) {
      stored.set(nameOf(owner, key), { bodyHash, answer, at: clock.now() });
    },
  };
}

/** 1 to 255 printable ASCII characters; a space is not allowed (seen). */
export function isIdempotencyKey(key: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(key);
}

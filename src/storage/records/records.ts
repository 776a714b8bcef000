import { z } from 'zod';
import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import { createLru } from '../../domain/lru.ts';
import { decodeJson, encodeJson } from '../codecs.ts';
import type { Binding, Cipher } from '../encryption/cipher.ts';
import type { KeyValue, StoredText } from './key-value.ts';

/** Encrypted records of one kind, by key. Every operation rejects when the storage fails or a record cannot be read. */
type RecordStore<Value> = {
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): Promise<void>;
  /** Stores it unless there is one already; tells whether it did. */
  add(key: string, value: Value): Promise<boolean>;
  /**
   * Changes it to what `next` makes of it, while the record at the path `besides` is there; tells whether that was so.
   * Of several who change it at once, also in several processes, each finds what the one before has left.
   */
  change(key: string, besides: string, next: (known: Value | undefined) => Value): Promise<boolean>;
  /** The same, whatever else is there; nothing changes where `next` gives `undefined`. */
  update(key: string, next: (known: Value | undefined) => Value | undefined): Promise<void>;
  /** Reads and deletes at once: of several callers, also in several processes, one gets it. */
  take(key: string): Promise<Value | undefined>;
  /** False when there was none. */
  remove(key: string): Promise<boolean>;
  /** The keys that start with `prefix`, in order; expired ones may be among them until they are swept. */
  list(prefix?: string): Promise<readonly string[]>;
};

/**
 * What a kind of record is: its name in keys, the schema of its values, and how long they live (for ever without).
 * Secrets in a value need `secretText` in the schema: it is encoded with the schema before it is encrypted.
 */
type RecordKind<Value> = {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly ttlMs?: number;
  /**
   * How many values stay decoded in memory, for what is read all the time. What is stored is asked for all the same.
   */
  readonly keptDecoded?: number;
};

type Decoded<Value> = { readonly stored: StoredText; readonly value: Value };

/** Makes stores of records. `clock` is epoch ms. */
export type RecordStores = <Value>(kind: RecordKind<Value>) => RecordStore<Value>;

/** Version of the form in which records are kept; a release reads its predecessor's. */
const version = 1;

/** How often a change is begun again because another process was faster. */
const maxTries = 100;

/** Record stores on one database. */
export function createRecordStores(keyValue: KeyValue, cipher: Cipher, clock: () => number): RecordStores {
  const turns = createKeyedQueue();
  return <Value>({ name, schema, ttlMs, keptDecoded = 0 }: RecordKind<Value>): RecordStore<Value> => {
    const record = z.object({ version: z.literal(version), value: schema });
    const path = (key: string) => `${name}/${key}`;
    const decoded = keptDecoded > 0 ? createLru<Decoded<Value>>(keptDecoded) : undefined;

    function seal(key: string, value: Value): StoredText {
      const expiresAt = ttlMs === undefined ? null : clock() + ttlMs;
      return {
        text: cipher.encrypt(recordBinding(path(key), expiresAt), encodeJson(record, { version, value })),
        expiresAt,
      };
    }

    function open(key: string, stored: StoredText | undefined): Value | undefined {
      const kept = decoded?.get(key);
      const isThere = stored !== undefined && (stored.expiresAt === null || stored.expiresAt > clock());
      if (isThere && kept?.stored.text === stored.text && kept.stored.expiresAt === stored.expiresAt) {
        return kept.value;
      }
      decoded?.delete(key);
      if (!isThere) {
        return undefined;
      }
      const value = decode(key, stored);
      decoded?.set(key, { stored, value });
      return value;
    }

    function decode(key: string, { text, expiresAt }: StoredText): Value {
      return decodeJson(record, cipher.decrypt(recordBinding(path(key), expiresAt), text)).value;
    }

    async function change(
      key: string,
      besides: string | undefined,
      next: (known: Value | undefined) => Value | undefined,
    ): Promise<boolean> {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const was = await keyValue.get(path(key));
        const value = next(open(key, was));
        if (value === undefined) {
          return true;
        }
        const stored = seal(key, value);
        const isFirst = besides === undefined && was === undefined;
        const changed = { key: path(key), value: stored, was, besides: besides ?? path(key) };
        if (await (isFirst ? keyValue.add(path(key), stored) : keyValue.change(changed))) {
          decoded?.set(key, { stored, value });
          return true;
        }
        if (besides !== undefined && !(await keyValue.get(besides))) {
          return false;
        }
      }
      throw new Error(`A record of the kind ${name} is changed by others all the time`);
    }

    return {
      get: async (key) => open(key, await keyValue.get(path(key))),
      change: (key, besides, next) => turns.run(path(key), () => change(key, besides, next)),
      update: async (key, next) => void (await turns.run(path(key), () => change(key, undefined, next))),
      async set(key, value) {
        const stored = seal(key, value);
        await keyValue.set(path(key), stored);
        decoded?.set(key, { stored, value });
      },
      add: async (key, value) => keyValue.add(path(key), seal(key, value)),
      take: async (key) => open(key, await keyValue.take(path(key))),
      async remove(key) {
        decoded?.delete(key);
        return keyValue.remove(path(key));
      },
      list: async (prefix = '') => (await keyValue.list(path(prefix))).map((found) => found.slice(path('').length)),
    };
  };
}

/** What a record is bound to: nobody can move it to another key, and so to another person, nor make it live longer. */
export function recordBinding(path: string, expiresAt: number | null): Binding {
  return { v1: `record ${path} ${expiresAt ?? 'kept'}` };
}

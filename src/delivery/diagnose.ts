import { meetsEveryone, type PortalFailure } from '../domain/failure.ts';
import type { Account, Identity, ReadAs } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Result } from '../domain/result.ts';
import { neededScopes } from '../linking/link.ts';
import type { FindIdentity, Granted } from '../linking/ports.ts';
import type { Pacer, PortalMemory } from './ports.ts';

/** The state of one link in the chain from here to a task chat; without a `failure` it is in order. */
export type Finding =
  | { readonly kind: 'storage'; readonly reachable: boolean }
  | { readonly kind: 'link'; readonly account: Account | undefined }
  | { readonly kind: 'portal' | 'credential' | 'task-chat'; readonly failure?: PortalFailure }
  | { readonly kind: 'scopes'; readonly missing: readonly string[] }
  /** `honoured` is absent while no portal's answer has shown it. */
  | { readonly kind: 'key'; readonly honoured?: boolean }
  | { readonly kind: 'pacing'; readonly left: number; readonly burst: number; readonly perSecond: number }
  /** The checks that were skipped because of an earlier finding. */
  | { readonly kind: 'unchecked'; readonly what: readonly Unchecked[] };

type Unchecked = 'link' | 'portal' | 'credential' | 'scopes' | 'task-chat' | 'key' | 'pacing';

/** The result of the diagnostics. */
export type Diagnosis = {
  /** Present where the person is linked. */
  readonly identity?: Identity;
  /** In the order of the way that a message takes. */
  readonly findings: readonly Finding[];
};

/** Examines the chain for one person and changes nothing. Never rejects; takes some 20 s at most. */
export type Diagnose = (person: Person) => Promise<Diagnosis>;

/** The answers of a portal to the diagnostics. */
export type PortalAnswers = {
  readonly account: Result<Granted, PortalFailure>;
  /** Whether the method that sends exists for this credential. */
  readonly taskChat: Result<true, PortalFailure>;
};

/** The dependencies of the diagnostics. */
export type DiagnoseDeps = {
  readonly storage: { ping(): Promise<void> };
  readonly findIdentity: FindIdentity;
  /** As the courier renews: the identity with a fresh token, or `undefined` when they have unlinked meanwhile. */
  readonly refreshIdentity: (person: Person, expired: Identity) => Promise<Result<Identity | undefined, PortalFailure>>;
  readonly portal: { check(asked: ReadAs): Promise<PortalAnswers> };
  readonly pacer: Pick<Pacer, 'headroom'>;
  readonly memory: PortalMemory;
  readonly log: Log;
};

/** How long a portal may take: the person is told meanwhile that it takes its time. */
export const diagnoseWithinMs = 10_000;

/** Creates the examination. */
export function createDiagnose(deps: DiagnoseDeps): Diagnose {
  const { storage, pacer, memory, log } = deps;

  return async (person) => {
    const stored = await readStored(person);
    if (!stored) {
      return { findings: [{ kind: 'storage', reachable: false }, unchecked('link', ...beyond)] };
    }
    const { identity, about } = stored;
    const findings: Finding[] = [
      { kind: 'storage', reachable: true },
      { kind: 'link', account: identity?.account },
    ];
    if (!identity || !about) {
      return { findings: [...findings, unchecked(...beyond)] };
    }
    return { identity, findings: [...findings, ...portalFindings(await askPortal(person, identity)), ...about] };
  };

  /** `undefined` when the storage fails. The head-room is what there is before the examination takes its own share. */
  async function readStored(person: Person) {
    try {
      await storage.ping();
      const identity = await deps.findIdentity(person);
      if (!identity) {
        return { identity };
      }
      const { portal } = identity.account;
      const [honoured, room] = await Promise.all([memory.honoursKey(portal), pacer.headroom(portal)]);
      const key: Finding = { kind: 'key', ...present({ honoured }) };
      return { identity, about: [key, { kind: 'pacing', ...room } satisfies Finding] };
    } catch (error) {
      log.error({ error }, 'the storage failed while the chain was examined');
      return undefined;
    }
  }

  async function askPortal(person: Person, identity: Identity): Promise<PortalAnswers> {
    const { portal } = deps;
    const answers = await portal.check({ credential: identity.credential, withinMs: diagnoseWithinMs });
    if (answers.account.ok || answers.account.failure.kind !== 'token-expired') {
      return answers;
    }
    const renewed = await renew(person, identity);
    if (!renewed.ok) {
      return { ...answers, account: renewed, taskChat: renewed };
    }
    if (renewed.value?.id !== identity.id) {
      return answers;
    }
    return portal.check({ credential: renewed.value.credential, withinMs: diagnoseWithinMs });
  }

  async function renew(person: Person, identity: Identity): ReturnType<DiagnoseDeps['refreshIdentity']> {
    try {
      return await deps.refreshIdentity(person, identity);
    } catch (error) {
      log.error({ error }, 'a token could not be renewed while the chain was examined');
      return { ok: false, failure: { kind: 'authorisation-unavailable' } };
    }
  }
}

const beyond = ['portal', 'credential', 'scopes', 'task-chat', 'key', 'pacing'] as const;

function unchecked(...what: readonly Unchecked[]): Finding {
  return { kind: 'unchecked', what };
}

function portalFindings({ account, taskChat }: PortalAnswers): Finding[] {
  if (!account.ok && meetsEveryone(account.failure)) {
    const { failure } = account;
    return [{ kind: 'portal', failure }, ...chatFindings(taskChat, failure, ['credential', 'scopes'])];
  }
  const portal: Finding = { kind: 'portal' };
  if (!account.ok) {
    const { failure } = account;
    return [portal, { kind: 'credential', failure }, ...chatFindings(taskChat, failure, ['scopes'])];
  }
  const missing = neededScopes.filter((scope) => !account.value.scopes.includes(scope));
  const because = missing.length > 0 ? ({ kind: 'missing-scope', scopes: missing } as const) : undefined;
  return [portal, { kind: 'credential' }, { kind: 'scopes', missing }, ...chatFindings(taskChat, because, [])];
}

/** A refusal for a reason that was told before is not told again. */
function chatFindings(
  taskChat: PortalAnswers['taskChat'],
  told: PortalFailure | undefined,
  notChecked: readonly Unchecked[],
): Finding[] {
  const isTold = !taskChat.ok && taskChat.failure.kind === told?.kind;
  const without = [...notChecked, ...(isTold ? (['task-chat'] as const) : [])];
  const finding: Finding = { kind: 'task-chat', ...(taskChat.ok ? {} : { failure: taskChat.failure }) };
  return [...(without.length > 0 ? [unchecked(...without)] : []), ...(isTold ? [] : [finding])];
}

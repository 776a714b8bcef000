import type { PortalFailure } from '../domain/failure.ts';
import type { Account, Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { Result } from '../domain/result.ts';
import { neededScopes } from '../linking/link.ts';
import type { Granted } from '../linking/ports.ts';
import type { Pacer, PortalMemory } from './ports.ts';
import type { AskedAs } from './target-ports.ts';

/** What one link of the chain from here to a task chat is like; without a `failure` it is in order. */
export type Finding =
  | { readonly kind: 'storage'; readonly reachable: boolean }
  | { readonly kind: 'link'; readonly account: Account | undefined }
  | { readonly kind: 'portal' | 'credential' | 'task-chat'; readonly failure?: PortalFailure }
  | { readonly kind: 'scopes'; readonly missing: readonly string[] }
  /** `honoured` is absent while no portal's answer has shown it. */
  | { readonly kind: 'key'; readonly honoured?: boolean }
  | { readonly kind: 'pacing'; readonly left: number; readonly burst: number; readonly perSecond: number }
  /** What could not be looked at because of a finding before. */
  | { readonly kind: 'unchecked'; readonly what: readonly Unchecked[] };

type Unchecked = 'link' | 'portal' | 'credential' | 'scopes' | 'task-chat' | 'key' | 'pacing';

/** What was found, in the order of the way that a message takes; `identity` where the person is linked. */
export type Examination = { readonly identity?: Identity; readonly findings: readonly Finding[] };

/** Examines the chain for one person and changes nothing. Never rejects; takes some 20 s at most. */
export type Examine = (person: Person) => Promise<Examination>;

/** What a portal says. `taskChat`: the method that sends is there for this credential. */
export type PortalAnswers = {
  readonly account: Result<Granted, PortalFailure>;
  readonly taskChat: Result<true, PortalFailure>;
};

export type ExamineDeps = {
  readonly storage: { ping(): Promise<void> };
  readonly findIdentity: (person: Person) => Promise<Identity | undefined>;
  /** As the courier renews: the identity with a fresh token, or nothing when they have unlinked meanwhile. */
  readonly refreshIdentity: (person: Person, expired: Identity) => Promise<Result<Identity | undefined, PortalFailure>>;
  readonly portal: { check(asked: AskedAs): Promise<PortalAnswers> };
  readonly pacer: Pick<Pacer, 'headroom'>;
  readonly memory: PortalMemory;
  readonly log: Log;
};

/** How long a portal may take: the person is told meanwhile that it takes its time. */
export const examineWithinMs = 10_000;

/** Creates the examination. */
export function createExamine(deps: ExamineDeps): Examine {
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

  /** Nothing when the storage fails. The head-room is what there is before the examination takes its own share. */
  async function readStored(person: Person) {
    try {
      await storage.ping();
      const identity = await deps.findIdentity(person);
      if (!identity) {
        return { identity };
      }
      const { portal } = identity.account;
      const [honoured, room] = await Promise.all([memory.honoursKey(portal), pacer.headroom(portal)]);
      const key: Finding = { kind: 'key', ...(honoured === undefined ? {} : { honoured }) };
      return { identity, about: [key, { kind: 'pacing', ...room } satisfies Finding] };
    } catch (error) {
      log.error({ error }, 'the storage failed while the chain was examined');
      return undefined;
    }
  }

  async function askPortal(person: Person, identity: Identity): Promise<PortalAnswers> {
    const { portal } = deps;
    const answers = await portal.check({ credential: identity.credential, withinMs: examineWithinMs });
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
    return portal.check({ credential: renewed.value.credential, withinMs: examineWithinMs });
  }

  async function renew(person: Person, identity: Identity): ReturnType<ExamineDeps['refreshIdentity']> {
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

/** Failures that say something of the whole portal, whoever asks. */
const ofThePortal: ReadonlySet<PortalFailure['kind']> = new Set([
  'unreachable',
  'certificate',
  'intermediary-refused',
  'no-answer',
  'unreadable-answer',
  'throttled',
  'method-throttled',
  'portal-closed',
  'portal-blocked',
  'portal-fault',
  'plan',
  'moved',
]);

function portalFindings({ account, taskChat }: PortalAnswers): Finding[] {
  if (!account.ok && ofThePortal.has(account.failure.kind)) {
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

/** What is refused for a reason that was told before is not told again. */
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

import { meetsEveryone, type PortalFailure } from '../domain/failure.ts';
import type { Account, Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import { type Lacking, neededScopes, whatIsLacking } from '../linking/permissions.ts';
import type { FindIdentity } from '../linking/ports.ts';
import { type CheckLink, whyNotSent } from './link-check.ts';
import type { Parking } from './parking.ts';
import type { Outbox, Pacer, PortalAnswers, PortalMemory } from './ports.ts';

/** The state of one link in the chain from here to a task chat; without a `failure` it is in order. */
export type Finding =
  | { readonly kind: 'storage'; readonly reachable: boolean }
  | { readonly kind: 'link'; readonly account: Account | undefined }
  | { readonly kind: 'portal' | 'credential' | 'task-chat'; readonly failure?: PortalFailure }
  /** `missing`: of those that sending needs. `lacking`: what a link that sends cannot do. */
  | { readonly kind: 'scopes'; readonly missing: readonly string[]; readonly lacking: Lacking }
  /** `honoured` is absent while no portal's answer has shown it. */
  | { readonly kind: 'key'; readonly honoured?: boolean }
  | { readonly kind: 'pacing'; readonly left: number; readonly burst: number; readonly perSecond: number }
  /** What waits for the link: `released` goes on now, because the link was seen to work. */
  | { readonly kind: 'parked'; readonly parked: number; readonly released: number }
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

/**
 * Examines the chain for one person. It changes nothing, but lets go on what waits for a link that is seen to work.
 * Never rejects; takes some 20 s at most.
 */
export type Diagnose = (person: Person) => Promise<Diagnosis>;

/** The dependencies of the diagnostics. */
export type DiagnoseDeps = {
  readonly storage: { ping(): Promise<void> };
  readonly findIdentity: FindIdentity;
  readonly checkLink: CheckLink;
  readonly outbox: Pick<Outbox, 'listOpen' | 'listEnded'>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly parking: Pick<Parking, 'release'>;
  readonly pacer: Pick<Pacer, 'headroom'>;
  readonly memory: PortalMemory;
  readonly log: Log;
};

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
    const answers = await deps.checkLink(person, identity);
    const waiting = await parkedFindings(person, identity, answers);
    const found = portalFindings(await believed(person, identity, answers));
    return { identity, findings: [...findings, ...found, ...waiting, ...about] };
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

  /**
   * A build that refuses the probe of its task chats for a reason that is not the link's takes messages all the same,
   * where it has just taken one of this account.
   */
  async function believed(person: Person, { account }: Identity, answers: PortalAnswers): Promise<PortalAnswers> {
    if (!answers.account.ok || answers.taskChat.ok || whyNotSent(answers)) {
      return answers;
    }
    try {
      const [latest] = await deps.outbox.listEnded(person, 1);
      const isOfAccount = latest?.portal === account.portal && latest.bitrixUserId === account.userId;
      const isFresh = deps.now() - (latest?.endedAt ?? 0) < justNowMs;
      const works = latest?.state === 'delivered' && isOfAccount && isFresh;
      return works ? { ...answers, taskChat: { ok: true, value: true } } : answers;
    } catch (error) {
      log.error({ error }, 'the last delivery could not be read');
      return answers;
    }
  }

  /** No findings where nothing waits. A storage that fails here has been told about, or is told about the next time. */
  async function parkedFindings(person: Person, identity: Identity, answers: PortalAnswers): Promise<Finding[]> {
    try {
      const released = whyNotSent(answers) ? 0 : await deps.parking.release(person, identity);
      const parked = (await deps.outbox.listOpen(person)).filter((delivery) => delivery.parked).length;
      return parked + released > 0 ? [{ kind: 'parked', parked, released }] : [];
    } catch (error) {
      log.error({ error }, 'what waits for a link could not be read');
      return [];
    }
  }
}

/** A delivery of this long ago still shows what works. */
const justNowMs = 10 * 60_000;

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
  const { scopes } = account.value;
  const missing = taskChat.ok ? [] : neededScopes.filter((scope) => !scopes.includes(scope));
  const because = missing.length > 0 ? ({ kind: 'missing-scope', scopes: missing } as const) : undefined;
  const permissions: Finding = { kind: 'scopes', missing, lacking: whatIsLacking({ scopes }) };
  return [portal, { kind: 'credential' }, permissions, ...chatFindings(taskChat, because, [])];
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

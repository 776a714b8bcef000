import type { NewDelivery, Outbox } from '../../src/delivery/ports.ts';
import type { Claim } from '../../src/delivery/progress.ts';
import type { Log } from '../../src/domain/log.ts';
import { portalOriginOf, type Rate, taskIdOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Database } from '../../src/storage/database.ts';
import type { OutboxTiming } from '../../src/storage/outbox/context.ts';
import type { OutboxParts } from '../../src/storage/outbox/outbox.ts';

/** One process that works on the storage. */
export type Holder = OutboxParts;

/** One storage under test. Time stands still until it is moved. */
export type OutboxHarness = {
  /** Another process on the same storage. */
  holder(name: string): Holder;
  readonly database: Database;
  /**
   * How many transactions were committed through all holders; of single statements, those that are under way at once
   * count as one: they share a commit, or run side by side.
   */
  commits(): number;
  readonly logged: readonly { readonly fields: object; readonly message: string }[];
  now(): number;
  advance(ms: number): Promise<void>;
  /** Sets the clock of the storage, forward or back, while no time passes. */
  jump(ms: number): Promise<void>;
  setRate(rate: Rate): void;
  /** Empties the storage. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** The durations that all contract suites of the outbox count with. */
export const timing: OutboxTiming = {
  leaseMs: 10_000,
  waitingNoticeMs: 2_000,
  deadlineMs: 23 * 3_600_000,
  keepTextMs: 24 * 3_600_000,
  keepRecordMs: 30 * 24 * 3_600_000,
  pollMs: 1_000,
};

/** Where the clock of every storage under test starts (epoch ms). */
export const startOfTime = 1_800_000_000_000;

/** The portal of deliveries that name none. */
export const acme = origin('https://acme.bitrix24.com');
/** A second portal, for what must not mix with the first. */
export const other = origin('https://other.bitrix24.com');

/** A message of `user` to `task`, with its own interaction unless `id` says otherwise. */
export function message(
  given: Partial<Omit<NewDelivery, 'task'>> & {
    readonly user?: string;
    readonly task?: number;
    readonly text?: string;
  } = {},
): NewDelivery {
  const { user = 'U1', task = 51, text = 'hello', ...rest } = given;
  const person = { tenant: 'T1', user };
  return {
    id: `interaction-${++interactions}`,
    person,
    account: { portal: acme, userId: '7', name: 'Anna Petrova' },
    identityId: 'identity-1',
    requests: [requestOf(text, task)],
    losses: [],
    route: {
      team: 'T1',
      user,
      locale: 'en',
      place: { channel: 'C1', threadTs: '1.2' },
      responseUrl: new Secret('https://hooks.slack.com/commands/planted-response-url'),
      responseUrlUntil: startOfTime + 1_800_000,
    },
    ...rest,
    task: taskNumber(task),
  };
}

/** The exact JSON body of one part. */
export function requestOf(text: string, task = 51): string {
  return JSON.stringify({ fields: { taskId: task, text } });
}

/** The exact JSON body of a claim, which must be one of a text. */
export function requestIn({ content }: Claim): string {
  if (content.kind !== 'text') {
    throw new Error('The part is a file');
  }
  return content.request;
}

/** The next delivery that is due. */
export async function claimNext(outbox: Outbox): Promise<Claim> {
  const [claim] = (await outbox.claim(1)).claims;
  if (!claim) {
    throw new Error('Nothing is due');
  }
  return claim;
}

/** A log that keeps its errors and warnings. */
export function keepingLog(lines: { fields: object; message: string }[]): Log {
  const keep = (fields: object, text: string) => void lines.push({ fields, message: text });
  return { debug: () => {}, info: () => {}, warn: keep, error: keep };
}

let interactions = 0;

function origin(text: string) {
  const parsed = portalOriginOf(text);
  if (!parsed) {
    throw new Error(`Not an origin: ${text}`);
  }
  return parsed;
}

function taskNumber(task: number) {
  const parsed = taskIdOf(String(task));
  if (!parsed) {
    throw new Error(`Not a task: ${task}`);
  }
  return parsed;
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type Courier, createCourier } from '../../src/delivery/courier.ts';
import { createParking } from '../../src/delivery/parking.ts';
import type { Attempt, AttemptResult, Report } from '../../src/delivery/ports.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { PortalOrigin } from '../../src/domain/portal.ts';
import { failed } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createMoving } from '../../src/linking/moving.ts';
import type { Database } from '../../src/storage/database.ts';
import { acme, type Holder, keepingLog, type OutboxHarness } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { closedChat, noFiles } from '../support/closed-chat.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';

/** A success on a portal that honours keys. */
export const delivered: AttemptResult = { kind: 'delivered', honoursKey: true };

/** The identity that everything is sent under, unless a test says otherwise. */
export const identity: Identity = {
  id: 'identity-1',
  account: { portal: acme, userId: '7', name: 'Anna Petrova' },
  linkedAt: 0,
  credential: { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('secret') },
};

/** One process: its courier, what it sent, and what it has to tell. */
export type Process = {
  readonly courier: Courier;
  readonly outbox: Holder['outbox'];
  readonly attempts: readonly Attempt[];
  readonly reports: readonly Report[];
  readonly logged: readonly { readonly message: string }[];
  /** The portal answers everything that this process has on its way; until then it answers nothing. */
  answer(result: AttemptResult): void;
  /** From now on nobody is linked, or somebody else. */
  link(identity: Identity | undefined): void;
};

/** Processes on one storage, and the time that all of them live in. */
export type CourierHarness = {
  readonly harness: OutboxHarness;
  /** Where portals are known to have moved. */
  readonly moves: Map<PortalOrigin, PortalOrigin>;
  open(name: string, options?: { readonly singleProcess: boolean }): Process;
  /** Moves on second by second; in each, everybody finishes what is to be done. */
  pass(ms: number): Promise<void>;
  /** Resolves when everybody waits for time or for a portal. */
  quiet(): Promise<void>;
  /** While it is broken, no transaction is committed; gives how many were tried. */
  breakStorage(): { readonly tries: () => number; mend(): void };
};

const stepMs = 1_000;

/** Opens a harness that ends with the test. */
export async function openCourierHarness(): Promise<CourierHarness> {
  const clock = manualClock();
  const storage = watchedStorage();
  const harness = await createSqliteHarness(storage.watch);
  const moves = new Map<PortalOrigin, PortalOrigin>();
  onTestFinished(() => harness.close());

  return {
    harness,
    moves,
    open: (name, { singleProcess } = { singleProcess: false }) =>
      openProcess(harness.holder(name), clock, singleProcess, moves),
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await harness.advance(stepMs);
        clock.advance(stepMs);
        await storage.quiet();
      }
    },
    quiet: storage.quiet,
    breakStorage: storage.breakDown,
  };
}

function openProcess(
  holder: Holder,
  clock: ReturnType<typeof manualClock>,
  singleProcess: boolean,
  moves: ReadonlyMap<PortalOrigin, PortalOrigin>,
): Process {
  const attempts: Attempt[] = [];
  const reports: Report[] = [];
  const logged: { fields: object; message: string }[] = [];
  const underWay: ((result: AttemptResult) => void)[] = [];
  let linked: Identity | undefined = identity;
  const findIdentity = async () => linked;
  const dead = failed<PortalFailure>({ kind: 'credential-rejected' });
  const moving = createMoving({
    moves: {
      noteRedirect: async () => {},
      redirects: async () => false,
      note: async () => {},
      leads: async (_, from, to) => moves.get(from) === to,
      forget: async () => {},
    },
    deliveries: holder.outbox,
    probe: { probe: async () => dead },
    log: keepingLog(logged),
  });
  const courier = createCourier({
    outbox: holder.outbox,
    parking: createParking({
      outbox: { ...moving.waiting, listParked: holder.outbox.listParked },
      findIdentity,
      checkLink: async () => ({ account: dead, taskChat: dead }),
      lock: { run: (_, work) => work() },
      clock,
      log: keepingLog(logged),
    }),
    sweep: holder.sweep,
    messenger: {
      send(attempt) {
        attempts.push(attempt);
        return new Promise((resolve) => underWay.push(resolve));
      },
    },
    chat: closedChat,
    learnScopes: async () => {},
    ...noFiles,
    pacer: holder.pacer,
    findIdentity,
    refreshIdentity: async () => ({ ok: true, value: linked }),
    lock: { run: (_, work) => work() },
    moving,
    notify: (report) => reports.push(report),
    clock,
    timing: defaultTiming,
    log: keepingLog(logged),
    events: silentEvents,
    random: () => 0.5,
    capacity: 4_096,
    singleProcess,
  });
  return {
    courier,
    outbox: holder.outbox,
    attempts,
    reports,
    logged,
    answer(result) {
      for (const end of underWay.splice(0)) {
        end(result);
      }
    },
    link(given) {
      linked = given;
    },
  };
}

/** Turns of the event loop without any use of the storage, after which nobody is about to use it. */
const idleTurns = 10;

/** A storage that knows when nobody uses it, and that can break. */
function watchedStorage() {
  let uses = 0;
  let tries: number | undefined;

  async function counted<Value>(use: () => Promise<Value>): Promise<Value> {
    uses += 1;
    try {
      return await use();
    } finally {
      uses -= 1;
    }
  }

  return {
    watch: (database: Database): Database => ({
      ...database,
      query: (text, values) => counted(() => database.query(text, values)),
      transaction: (work) =>
        counted(async () => {
          if (tries !== undefined) {
            tries += 1;
            throw new Error('The disk is full');
          }
          return database.transaction(work);
        }),
    }),
    async quiet(): Promise<void> {
      for (let idle = 0; idle < idleTurns; idle += 1) {
        await nextTurn();
        if (uses > 0) {
          idle = 0;
        }
      }
    },
    breakDown() {
      tries = 0;
      return {
        tries: () => tries ?? 0,
        mend() {
          tries = undefined;
        },
      };
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { PortalGateDeps } from '../bitrix24/portal-gate.ts';
import type { Config } from '../config.ts';
import { createAccept } from '../delivery/accept.ts';
import { type Courier, createCourier } from '../delivery/courier.ts';
import { createDiagnose } from '../delivery/diagnose.ts';
import type { FileSource } from '../delivery/files.ts';
import { createFindMessages } from '../delivery/find-messages.ts';
import type { Reporter, ReserveSlots } from '../delivery/ports.ts';
import { createPreview } from '../delivery/preview.ts';
import { createReportRound, type ReportRound } from '../delivery/report-round.ts';
import { createTakingBack } from '../delivery/take-back.ts';
import type { Timing } from '../delivery/timing.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { systemClock } from '../domain/system-clock.ts';
import { createDailyCheck } from '../linking/daily-check.ts';
import { createForgetting } from '../linking/forget.ts';
import type { Refreshing } from '../linking/refresh.ts';
import { createCalmLog } from '../observability/calm-log.ts';
import { createLog, type LogSink } from '../observability/log.ts';
import { outsideTrace } from '../observability/trace.ts';
import { createWorkspaces, type Workspaces } from '../slack/installation/workspaces.ts';
import { createSlackDirectory } from '../slack/slack-directory.ts';
import { createSlackSurface } from '../slack/surface.ts';
import type { Storage } from '../storage/open.ts';
import { createDraftStore } from '../storage/records/drafts.ts';
import { createOwedAnswers } from '../storage/records/owed-answers.ts';
import { createPreferences } from '../storage/records/preferences.ts';
import { createTaskMemory } from '../storage/records/task-memory.ts';
import { createChannelDefaults } from '../tasks/channel-default.ts';
import { createTaskFinder } from '../tasks/find-task.ts';
import { createRememberingReporter } from '../tasks/remember-task.ts';
import { createShowTask } from '../tasks/show-task.ts';
import { createTaskCache } from '../tasks/task-cache.ts';
import { createTaskNotes } from '../tasks/task-notes.ts';
import { assembleBase, type Base } from './base.ts';
import { assembleConnecting } from './connecting.ts';
import { createLifecycle, type Listens, type Running } from './lifecycle.ts';
import { assembleLinking, type Linked } from './linking.ts';
import { watchReplicas } from './replicas.ts';

/** The parts that tests and the sandbox may replace; production replaces none. */
export type Overrides = {
  readonly clock?: Clock;
  /** Epoch ms; the clock of the storage on SQLite. PostgreSQL has its own. */
  readonly storageClock?: () => number;
  readonly timing?: Partial<Timing>;
  readonly logSink?: LogSink;
  /** How portals' host names are resolved, and which addresses count as public. */
  readonly network?: Pick<PortalGateDeps, 'lookup' | 'isPublic'>;
};

/** One running instance. */
export type Service = {
  /** Opens the storage, takes up what waits, and listens. Rejects with a message for the administrator. */
  start(): Promise<Listens>;
  /**
   * Is not ready, then takes no new requests, lets what is in flight end within 9 s, and closes. Harmless when
   * repeated.
   */
  stop(): Promise<void>;
};

/**
 * How many requests may be on their way at once, to all portals together. Each portal's bucket bounds its own share to
 * some hundreds even while every request hangs, so that a dead portal never takes the place of a living one.
 */
const capacity = 4_096;

/** Creates the service: every part is built here, and nothing runs before `start`. */
export function createService(config: Config, overrides: Overrides = {}): Service {
  const lines = createLog(config.logLevel, overrides.logSink ?? process.stdout);
  const log = createCalmLog(lines, overrides.clock ?? systemClock);
  let running: Running | undefined;
  let stopped: Promise<void> | undefined;

  return {
    async start() {
      running = await assemble(config, overrides, log);
      return running.begin();
    },
    stop() {
      stopped ??= running?.end() ?? Promise.resolve();
      return stopped;
    },
  };
}

async function assemble(config: Config, overrides: Overrides, log: Log): Promise<Running> {
  const base = await assembleBase(config, overrides, log);
  const { storage, portals, events, timing, clock, metrics } = base;
  const replicas = await watchReplicas(storage.replicas, { clock, log });
  const linked = assembleLinking(base);
  const { linking, parking, moving } = linked;
  const workspaces = assembleWorkspaces(base);
  const slack = { access: workspaces.access, slackApiUrl: config.slackApiUrl };
  const directory = createSlackDirectory(slack, {
    findIdentity: linking.find,
    replicas: replicas.count,
    leads: moving.leads,
    preferences: createPreferences(storage.records),
    language: config.language,
    clock,
    log,
    observe: metrics?.slackCalled,
    observeFile: metrics?.fileRead,
  });
  const { names, confirmationAsker: asker } = directory;
  const connecting = assembleConnecting(config, { storage, portals, linking, asker, clock, log });
  const targets = assembleTargets(base, linked);
  const surface = createSlackSurface({ ...slack, transport: config.transport }, directory, {
    ...createAccept({ outbox: storage.outbox, findIdentity: linking.find, moving, names, clock, timing, log, events }),
    linking,
    ...connecting.forSlack,
    deliveries: storage.outbox,
    rules: config.rules,
    portals: config.portals,
    removed: workspaces.removed,
    ...targets.forSlack,
    preview: createPreview({ names, clock, timing }),
    diagnose: assembleDiagnose(base, linked),
    takingBack: assembleTakingBack(base, linked),
    tryLink: parking.look,
    usedSignatures: storage.usedSignatures,
    replicas: replicas.count,
    observe: metrics?.slackCalled,
    clock,
    log,
  });
  const reporter = targets.remembering(surface.reporter);
  const reports = createReportRound({
    outbox: storage.outbox,
    reporter,
    clock,
    timing,
    random: Math.random,
    log,
    events,
  });
  const courier = assembleCourier(base, { ...linked, reports, files: directory.files });
  const dailyCheck = createDailyCheck({
    people: storage.identities,
    choosers: createPreferences(storage.records).language.people,
    ask: async (person) => directory.userStatusOf(person, await workspaces.workspacesOf(person.tenant)),
    endLeft: linking.leave,
    learnScopes: linked.grantedScopes.learn,
    endDead: workspaces.endDead,
    claim: () => storage.dailyJobs.claimToday('daily-check'),
    schedule: (delayMs, wake) => clock.schedule(delayMs, wake),
    log,
  });
  const { notes } = targets;
  return createLifecycle({ ...base, surface, reports, notes, courier, connecting, workspaces, dailyCheck, replicas });
}

/** Finding the task that a message is for, and remembering it. */
function assembleTargets(
  { config, storage, portals, clock, log }: Base,
  { linking, moving, refreshing, parking }: Linked,
) {
  const findIdentity = linking.find;
  const memory = createTaskMemory(storage.records);
  const actAs: Refreshing['actAs'] = async (person, ...call) => {
    const result = await refreshing.actAs(person, ...call);
    if (result.ok) {
      parking.noteSuccess(person);
    }
    return result;
  };
  const lookup = createTaskCache({ reader: portals.reader, actAs, clock });
  const { names } = moving;
  const tasks = createTaskFinder({ lookup, memory, findIdentity, names, hasRoom: hasRoom(storage), clock, log });
  const notes = createTaskNotes({ memory, findIdentity, clock, log });
  return {
    forSlack: {
      tasks,
      showTask: createShowTask({ reader: portals.reader, actAs, findIdentity, names }),
      defaults: createChannelDefaults({ memory, finding: tasks, findIdentity, names }),
      defaultsBy: config.defaultsBy,
      announce: config.announce,
      preferences: createPreferences(storage.records),
      drafts: createDraftStore(storage.records, randomUUID),
      owedAnswers: createOwedAnswers(storage.records, randomUUID),
    },
    notes,
    remembering: (reporter: Reporter) =>
      createRememberingReporter({
        reporter,
        notes,
        titleOf: tasks.titleOfDelivered,
        knownTitle: tasks.knownTitle,
        findIdentity,
        log,
      }),
  };
}

function assembleDiagnose({ storage, clock, log }: Base, { linking, checkLink, parking }: Linked) {
  return createDiagnose({
    storage,
    findIdentity: linking.find,
    checkLink,
    outbox: storage.outbox,
    parking,
    pacer: storage.pacer,
    memory: storage.portalMemory,
    now: () => clock.now(),
    log,
  });
}

function assembleTakingBack({ storage, portals, clock, log }: Base, { linking, refreshing, grantedScopes }: Linked) {
  const { outbox } = storage;
  const { actAs } = refreshing;
  return createTakingBack({
    outbox,
    findIdentity: linking.find,
    actAs,
    findMessages: createFindMessages({ outbox, chat: portals.chat, actAs, now: () => clock.now() }),
    remover: portals.remover,
    learnScopes: grantedScopes.learn,
    log,
  });
}

type Carriers = Linked & { readonly reports: ReportRound; readonly files: FileSource };

function assembleCourier(
  { storage, portals, ...base }: Base,
  { linking, moving, refreshing, grantedScopes, parking, reports, files }: Carriers,
): Courier {
  const courier = createCourier({
    ...base,
    outbox: {
      ...storage.outbox,
      claimAtOnce: (reserve) => storage.outbox.claimAtOnce(reserve && outsideOfRequests(reserve)),
    },
    parking,
    sweep: storage.sweep,
    messenger: portals.messenger,
    chat: portals.chat,
    learnScopes: grantedScopes.learn,
    uploader: portals.uploader,
    files,
    pacer: storage.pacer,
    findIdentity: linking.find,
    refreshIdentity: refreshing.refresh,
    lock: storage.personLock,
    moving,
    notify: reports.notify,
    random: Math.random,
    capacity,
    singleProcess: storage.singleProcess,
  });
  // Whose request wakes it does not matter to what it then sends.
  storage.onWake(() => outsideTrace(courier.wake));
  return courier;
}

/** One commit accepts what several requests bring: what it leads to belongs to none of them. */
function outsideOfRequests(reserve: ReserveSlots): ReserveSlots {
  return (most) => {
    const { count, begin } = reserve(most);
    return { count, begin: (claims) => outsideTrace(() => begin(claims)) };
  };
}

/** Where the app is installed, and what is deleted when it is not any more. */
function assembleWorkspaces({ config, storage, clock, log }: Base): Workspaces {
  const { installations, identities, personalData: data, personLock: lock } = storage;
  const forgetting = createForgetting({ installations, identities, data, lock, log });
  const { access, slackApiUrl, rules, publicUrl, language } = config;
  const settings = { access, slackApiUrl, rules, language, ...present({ publicUrl }) };
  return createWorkspaces(settings, { storage, forgetting, now: () => clock.now(), log });
}

/** Deliveries go first: what is only nice to know may use the upper half of a portal's bucket. */
function hasRoom({ pacer }: Storage): (portal: PortalOrigin) => Promise<boolean> {
  return async (portal) => {
    const { left, burst } = await pacer.headroom(portal);
    return left > burst / 2;
  };
}

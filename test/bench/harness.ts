import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { type BenchPortal, openPortal } from './bench-portal.ts';
import type { Actor } from './conversation.ts';
import { createPrograms, freePort, type Program, type Programs } from './programs.ts';
import { waitForCount } from './rounds.ts';
import { measureOffset } from './shared-clock.ts';
import { workspace } from './slack/interactions.ts';
import { type sending, sent } from './slack/send-commands.ts';

/** How much is measured. `quick` gives first figures in about a minute; they spread more. */
export type Scale = { readonly quick: boolean; pick<Value>(full: Value, quick: Value): Value };

/** The service under measurement; `metric` reads one of its own counters, where they are served. */
export type ServiceProgram = Program & { metric(name: string): Promise<number> };

/** How the service under load is started. */
export type ServiceOptions = {
  readonly dataDir: string;
  readonly portal: BenchPortal;
  /** As BITRIX24_RATE. */
  readonly rate: string;
  readonly databaseUrl?: string;
  /** It serves its metrics, for `metric`. */
  readonly counted?: true;
  /** Instead of what `npm start` gives it. */
  readonly heapLimitMiB?: number;
  /** The source as a clone runs it, or the bundle that the image runs; the source by default. */
  readonly form?: 'source' | 'image';
};

/** What a sender sends, and how fast. */
export type Load = z.infer<typeof sending>['load'];
/** `processorMs`: what the target used while it answered. */
export type Sent = z.infer<typeof sent> & { readonly firstMark: number; readonly processorMs: number };

/** Everything that sections measure with. */
export type Harness = {
  readonly scale: Scale;
  readonly programs: Programs;
  /** What `npm start` gives to Node. */
  readonly startOptions: readonly string[];
  /** Writes a line about what is going on. */
  say(line: string): void;
  openPortal(people: number, rate: { burst: number; perSecond: number }): Promise<BenchPortal>;
  /** A new empty folder, or a copy of another. */
  newDir(template?: string): string;
  startService(options: ServiceOptions): Promise<ServiceProgram>;
  startBareBolt(): Promise<Program>;
  /** A bridge that carries everything to the portal as one person; it is named by its file. */
  startBridge(name: string, portal: BenchPortal, env?: Readonly<Record<string, string>>): Promise<Program>;
  link(service: Program, portal: BenchPortal): Promise<void>;
  /** Sends commands of `people` people to a program. */
  send(target: Program, people: number, load: Load): Promise<Sent>;
  /** Where the replies to senders go. */
  slackOrigin(): Promise<string>;
  /** How many replies senders have got so far. */
  replies(): Promise<number>;
  waitForReplies(count: number, withinMs: number): Promise<void>;
  /** The state of a service with everybody of the portal linked and nothing stored; made once per portal. */
  linkedDir(portal: BenchPortal): Promise<string>;
  /** Keeps something to be undone when the run ends, the last first. */
  onClose(undo: () => Promise<void>): void;
  close(): Promise<void>;
};

/** How a run of the benchmarks was asked for. */
export type HarnessOptions = {
  readonly quick: boolean;
  /** Where CPU profiles of the service are written. */
  readonly profileDir?: string;
  readonly say: (line: string) => void;
};

/** The number of the first task; everybody writes to all tasks of a portal. */
export const firstTask = 1_000;

/** How many tasks every portal has. */
export const tasks = 200;
const encryptionKey = randomBytes(32).toString('base64');

/** As `npm start` runs the service. */
const startOptions = packageFile.scripts.start.split(' ').filter((word) => word.startsWith('--'));

const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

/** What the image gives to Node, and to glibc. */
const imageOptions = /^CMD .*$/m.exec(dockerfile)?.[0].match(/--[^"]+/g) ?? [];
const imageEnv = Object.fromEntries(
  [...dockerfile.matchAll(/\b(MALLOC_\w+)=(\d+)/g)].map(([, name, value]) => [name, value]),
);

/** Creates the harness. Nothing runs before it is asked for. */
export function createHarness({ quick, profileDir, say }: HarnessOptions): Harness {
  const root = mkdtempSync(join(tmpdir(), 'b24task-bench-'));
  const programs = createPrograms({ NODE_COMPILE_CACHE: join(root, 'compile-cache') });
  const offsetMs = measureOffset();
  const linked = new Map<BenchPortal, Promise<string>>();
  const undos: (() => Promise<void>)[] = [];
  let folders = 0;
  let marks = 0;
  let slack: Promise<{ actor: Actor; origin: string }> | undefined;

  return {
    scale: { quick, pick: (full, brief) => (quick ? brief : full) },
    programs,
    startOptions,
    say,
    openPortal: (people, rate) => openPortal(programs, { offsetMs, rate, people, firstTask, tasks }),
    newDir,
    startService,
    startBareBolt: () => startBaseline('baselines/bare-bolt.ts', {}),
    startBridge: (name, { webhooks }, env = {}) =>
      startBaseline(`baselines/${name}.ts`, {
        BITRIX24_WEBHOOK: (webhooks[Math.floor(webhooks.length / 2)] ?? '').replace('/rest/', '/rest/api/'),
        ...env,
      }),
    async link(service, { webhooks }) {
      await (await openSlack()).actor.call('link', { target: service.url, webhooks }, z.unknown());
    },
    async send(target, people, load) {
      const firstMark = marks;
      marks += load.kind === 'flood' ? load.most : load.count;
      const { actor } = await openSlack();
      const order = { target: target.url, offsetMs, people, firstTask, tasks, firstMark, load };
      const before = target.processorMs();
      const done = await actor.call('send', order, sent);
      target.check();
      return { ...done, firstMark, processorMs: target.processorMs() - before };
    },
    slackOrigin: async () => (await openSlack()).origin,
    replies,
    waitForReplies: (count, withinMs) => waitForCount(replies, count, withinMs),
    linkedDir(portal) {
      const dir = linked.get(portal) ?? makeLinkedDir(portal);
      linked.set(portal, dir);
      return dir;
    },
    onClose: (undo) => undos.push(undo),
    async close() {
      for (const undo of undos.reverse()) {
        await undo();
      }
      programs.killAll();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  async function replies(): Promise<number> {
    const { actor } = await openSlack();
    return (await actor.call('replies', {}, z.object({ replies: z.number() }))).replies;
  }

  function openSlack(): Promise<{ actor: Actor; origin: string }> {
    const actor = slack ? undefined : programs.startActor('actors/slack.ts');
    if (actor) {
      slack = actor.call('open', {}, z.object({ origin: z.string() })).then((open) => ({ actor, ...open }));
    }
    return slack ?? Promise.reject(new Error('Slack did not open'));
  }

  /** Where the bundle begins; it is written once. */
  function bundle(): string {
    const app = join(root, 'app');
    const file = join(app, 'main.js');
    if (!existsSync(file)) {
      execFileSync(process.execPath, [fileURLToPath(new URL('../../deploy/image/bundle.ts', import.meta.url)), app], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
    return pathToFileURL(file).href;
  }

  function newDir(template?: string): string {
    folders += 1;
    const dir = join(root, `state-${folders}`);
    if (template) {
      cpSync(template, dir, { recursive: true });
    }
    return dir;
  }

  async function makeLinkedDir(portal: BenchPortal): Promise<string> {
    say(`linking ${portal.webhooks.length} people`);
    const dataDir = newDir();
    const service = await startService({ dataDir, portal, rate: '100000/100000' });
    await (await openSlack()).actor.call('link', { target: service.url, webhooks: portal.webhooks }, z.unknown());
    await service.stop();
    return dataDir;
  }

  async function startService({
    dataDir,
    portal,
    rate,
    databaseUrl,
    counted,
    heapLimitMiB,
    form = 'source',
  }: ServiceOptions): Promise<ServiceProgram> {
    const metricsPort = await freePort();
    const program = await programs.start({
      file: form === 'image' ? bundle() : '../../src/main.ts',
      nodeOptions: [
        ...(form === 'image' ? imageOptions : startOptions),
        ...(heapLimitMiB === undefined ? [] : [`--max-old-space-size=${heapLimitMiB}`]),
        ...(profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : []),
      ],
      env: {
        SLACK_SIGNING_SECRET: workspace.signingSecret,
        SLACK_BOT_TOKEN: workspace.botToken,
        SLACK_API_URL: `${(await openSlack()).origin}/api/`,
        BITRIX24_PORTALS: portal.origin,
        BITRIX24_RATE: rate,
        ...(counted ? { METRICS_PORT: String(metricsPort) } : {}),
        DATA_DIR: dataDir,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: encryptionKey } : {}),
        ...(form === 'image' ? imageEnv : {}),
      },
      isReady: (status) => status === 200,
    });
    return { ...program, metric: (name) => readMetric(metricsPort, name) };
  }

  /** Bolt answers an address that it does not know with 404: it takes requests. */
  function startBaseline(file: string, env: Readonly<Record<string, string>>): Promise<Program> {
    return programs.start({
      file,
      env: { SLACK_SIGNING_SECRET: workspace.signingSecret, ...env },
      isReady: (status) => status === 404,
    });
  }
}

/** The value of a counter, or the sum over its labels. */
async function readMetric(port: number, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const lines = (await response.text()).split('\n');
  const values = lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ').at(-1)));
  return values.reduce((sum, value) => sum + value, 0);
}

import { relative } from 'node:path';
import { expect } from 'vitest';
import { drain, gather, untilEnded } from './aftermath.ts';
import { type Deployment, type Outage, startDeployment } from './deployment.ts';
import { type Harness, openTasks, relinker, startHarness, writers } from './harness.ts';
import { createJournal } from './journal.ts';
import { createMisbehaviour } from './misbehaviour.ts';
import { createRandom, type Random } from './random.ts';
import { slowness } from './scale.ts';
import type { Settings } from './service-process.ts';
import { type Span, startSpan } from './span.ts';
import { judge, type Verdict } from './verdict.ts';
import { type WritingDeps, writeAlong, writeOnce } from './writing.ts';

/** One kind of run. `databaseUrl`: PostgreSQL, which each replica reaches through a relay of its own. */
export type ChaosOptions = {
  readonly name: string;
  readonly honoursKeys: boolean;
  /** People's connections may read the chats of tasks, which cannot be read at times. */
  readonly readsChats?: boolean;
  readonly replicas: number;
  readonly settings: Settings;
  readonly databaseUrl?: string;
};

/**
 * Two variables steer a run. CHAOS_SECONDS: how long the trouble lasts, 20 unless it is set. CHAOS_SEED: any text, from
 * which everything random follows, so that the same trouble comes again; every run chooses and prints its own.
 */
const seconds = Number(process.env['CHAOS_SECONDS'] ?? 20);

/** From three times slower on, too little happens in that time: it lasts up to twice as long. */
const lengthened = Math.min(2, Math.max(1, slowness / 3));

/** A test may take this long. It ends what hangs. */
export const chaosTimeoutMs = seconds * 1_000 * lengthened + 400_000;

/** Lets people write through the service while everything around it breaks, and judges what came of it. */
export async function runChaos(options: ChaosOptions): Promise<Verdict> {
  const { name, honoursKeys, readsChats = false } = options;
  const seed = process.env['CHAOS_SEED'] ?? String(Date.now() % 1_000_000);
  process.stdout.write(
    `${name}: CHAOS_SEED=${seed}${slowness > 1 ? ` (leases ${slowness} times longer: a busy machine)` : ''}\n`,
  );
  await using harness = await startHarness({ honoursKeys, readsChats });
  await using deployment = await startDeployment({
    ...options,
    settings: { ...harness.settings, ...options.settings },
  });
  const deps = { harness, journal: createJournal(), seed };
  harness.slack.connectHttp(deployment.url);
  await harness.link(writers);
  await untilEnded(harness, [await writeOnce(deps, writers[0], openTasks[0])]);
  const breaks = await makeTrouble(deps, deployment);
  await drain(deps);
  const exits = await deployment.stop();
  const { outages } = deployment;
  const relinked = [relinker.name];
  const verdict = judge({
    ...gather(harness),
    sent: deps.journal.sent,
    outages,
    replicas: options.replicas ?? 1,
    breaks,
    honoursKeys,
    readsChats,
    relinked,
  });
  const unclean = exits.filter(({ code }) => code !== 0).map((exit) => `SIGTERM ended as ${JSON.stringify(exit)}`);
  const counts = new Map([...verdict.counts, ['outages', outages.length], ...Object.entries(harness.portal.counts)]);
  process.stdout.write(`${name}: ${[...counts].map(([what, times]) => `${what} ${times}`).join(', ')}\n`);
  const violations = [...verdict.violations, ...deployment.surprises, ...harness.slack.complaints, ...unclean];
  if (violations.length > 0) {
    process.stdout.write(`${[...verdict.traces, ...violations, `Again: ${commandFor(seed)}`].join('\n')}\n`);
  }
  return { ...verdict, counts, violations };
}

/** What to type for the same run once more. */
function commandFor(seed: string): string {
  const file = relative(process.cwd(), expect.getState().testPath ?? 'test/chaos');
  return `CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds} npm test -- ${file}`;
}

/** Everything at once, for as long as it lasts; nothing of it is left when this resolves. */
async function makeTrouble(deps: WritingDeps, deployment: Deployment): Promise<readonly Outage[]> {
  const { harness, seed } = deps;
  const span = startSpan(seconds * 1_000 * lengthened);
  const misbehaviour = createMisbehaviour(seed);
  harness.portal.faults.script(misbehaviour.script);
  const [breaks] = await Promise.all([
    breakConnections(harness, createRandom(seed, 'wire'), span),
    disturbReplies(harness, createRandom(seed, 'replies'), span),
    deployment.harm((name) => createRandom(seed, `harm ${name}`), span),
    writeAlong(deps, span),
  ]);
  harness.portal.faults.clear();
  await misbehaviour.settled();
  return breaks;
}

/** A busy process learns this late that a connection in its pool is dead. */
const noticedWithinMs = 1_000;

/** Between service and portal connections break, or none can be made; the portal goes on with what it has begun. */
async function breakConnections({ wire }: Harness, random: Random, span: Span): Promise<readonly Outage[]> {
  const breaks: Outage[] = [];
  for (;;) {
    await span.pause(random.between(200, 900));
    if (!span.isOn) {
      return breaks;
    }
    const from = Date.now();
    if (random.next() < 0.8) {
      wire.shake();
    } else {
      wire.sever();
      await span.pause(random.between(200, 1_200));
      wire.heal();
    }
    breaks.push({ from, to: Date.now() + noticedWithinMs });
  }
}

/** Slack does not take replies at times. */
async function disturbReplies({ slack }: Harness, random: Random, span: Span): Promise<void> {
  while (span.isOn) {
    await span.pause(random.between(500, 3_000));
    const fault = random.next() < 0.5 ? ({ status: 500 } as const) : ({ reset: true } as const);
    slack.fault('response_url', fault, Math.ceil(random.between(0, 6)));
  }
}

import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import { createLifecycle, type RunningParts } from '../../src/service/lifecycle.ts';
import type { Environment } from '../../src/settings/environment.ts';
import { createSlackDirectory } from '../../src/slack/slack-directory.ts';
import { createSlackSurface } from '../../src/slack/surface.ts';
import { clockOfToday, collectInto, fakeUseCases, type LogLine, settingsFor, until } from '../slack/harness.ts';
import { openPlaces } from '../slack/workspaces-harness.ts';
import { seemsSigned } from '../support/seems-signed.ts';
import { standingPortals } from '../support/standing-portals.ts';

const stopWithinMs = 10_000;

/** The parts of a service; each begins and ends at once unless it is held, and both are noted. */
async function openLifecycle(drainMs = 0) {
  const happened: string[] = [];
  const holds = new Map<string, PromiseWithResolvers<void>>();
  const failing = new Set<string>();
  const step = async (name: string) => {
    happened.push(`${name} begun`);
    await holds.get(name)?.promise;
    if (failing.has(name)) {
      throw new Error(`${name} failed`);
    }
    happened.push(name);
  };
  const clock = clockOfToday();
  const lines: LogLine[] = [];
  const log = collectInto(lines);
  const { slack, storage, places } = await openPlaces('one-workspace');
  const settings = settingsFor(slack, 'http');
  const deps = { ...fakeUseCases(), clock, log };
  const directory = createSlackDirectory(settings, {
    ...deps,
    findIdentity: deps.linking.find,
    leads: standingPortals.leads,
  });
  const surface = createSlackSurface(settings, directory, deps);
  const parts: RunningParts = {
    config: configOf({
      SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
      SLACK_BOT_TOKEN: 'xoxb-1-planted-for-tests',
      HOST: '127.0.0.1',
      PORT: '0',
    }),
    clock,
    timing: { drainMs, stopWithinMs },
    log,
    storage: { ...storage, close: () => step('storage closed') },
    surface: {
      ...surface,
      start: () => step('surface started'),
      isReady: () => !failing.has('Slack'),
      stop: () => step('surface stopped'),
    },
    reports: {
      start: () => void happened.push('reports started'),
      notify: () => {},
      stop: () => step('reports stopped'),
    },
    notes: { stop: () => step('notes stored') },
    courier: { start: () => step('courier started'), wake: () => {}, stop: () => step('courier stopped') },
    portals: { close: () => step('portals closed') },
    metrics: undefined,
    connecting: { forSlack: {}, withPages: (next) => next },
    workspaces: places,
    dailyCheck: { start: () => void happened.push('check started'), stop: () => step('check stopped') },
    replicas: { count: () => 1, stop: async () => {} },
  };
  const running = createLifecycle(parts);
  let over = false;
  return {
    running,
    clock,
    lines,
    happened,
    fail: (name: string) => void failing.add(name),
    /** Keeps a step from ending; returns how to let it. */
    hold(name: string) {
      const held = Promise.withResolvers<void>();
      holds.set(name, held);
      return held.resolve;
    },
    async end() {
      await running.end();
      over = true;
    },
    isOver: () => over,
  };
}

const stops = [
  'surface stopped',
  'check stopped',
  'courier stopped',
  'reports stopped',
  'notes stored',
  'portals closed',
  'storage closed',
];

describe('the service as a whole', () => {
  it('starts the courier first, and takes requests last', async () => {
    const { running, happened, fail } = await openLifecycle();
    const { port } = await running.begin();
    expect(happened.filter((step) => step.endsWith('started'))).toEqual([
      'courier started',
      'reports started',
      'surface started',
      'check started',
    ]);
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status;
    expect(await ready()).toBe(200);
    fail('Slack');
    expect(await ready()).toBe(503);
    await running.end();
  });

  it('takes nothing before Slack knows its token, and ends what it began when it does not', async () => {
    const { running, happened, fail, end } = await openLifecycle();
    fail('surface started');
    await expect(running.begin()).rejects.toThrow('surface started failed');
    expect(happened).not.toContain('check started');
    await end();
    expect(happened.filter((step) => stops.includes(step))).toEqual(stops);
  });

  it.each(stops)('stops from the outside in, one after the other: nothing follows before "%s"', async (name) => {
    const { running, happened, hold, clock, end, isOver } = await openLifecycle();
    const { port } = await running.begin();
    const release = hold(name);
    const ended = end();
    await until(() => happened.includes(`${name} begun`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(happened.at(-1)).toBe(`${name} begun`);
    expect(happened.filter((step) => stops.includes(step))).toEqual(stops.slice(0, stops.indexOf(name)));
    expect(isOver()).toBe(false);
    await expect(fetch(`http://127.0.0.1:${port}/health/ready`)).rejects.toThrow('fetch failed');
    release();
    await ended;
    expect(happened.filter((step) => stops.includes(step))).toEqual(stops);
    expect(clock.waiting()).toEqual([]);
  });

  it.each(stops)('ends after its time limit when "%s" never finishes', async (name) => {
    const { running, happened, hold, clock, lines, end, isOver } = await openLifecycle();
    await running.begin();
    const release = hold(name);
    const ended = end();
    await until(() => happened.includes(`${name} begun`));
    clock.advance(stopWithinMs - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver()).toBe(false);
    clock.advance(stopWithinMs);
    await until(isOver);
    expect(lines).toContainEqual({ level: 'warn', fields: {}, message: 'stopped without waiting any longer' });
    release();
    await ended;
  });

  it('is not ready while it ends, and answers on until who asks has had time to go elsewhere', async () => {
    const { running, happened, clock, end, isOver } = await openLifecycle(2_000);
    const { port } = await running.begin();
    const before = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
    void end();
    const during = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([during.status, during.headers.get('connection')]).toEqual([503, 'close']);
    const live = await fetch(`http://127.0.0.1:${port}/health/live`);
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
    expect(happened).not.toContain('surface stopped begun');
    clock.advance(2_000);
    await until(isOver);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('waits for a request in flight no longer than that', async () => {
    const { running, happened, clock, end, isOver } = await openLifecycle();
    const { port } = await running.begin();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`POST /slack/events HTTP/1.1\r\n${seemsSigned()}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    await once(socket, 'data');
    void end();
    await until(() => happened.includes('portals closed'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([isOver(), happened.at(-1)]).toEqual([false, 'portals closed']);
    clock.advance(stopWithinMs);
    await until(isOver);
  });
});

function configOf(env: Environment): Config {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded.config;
}

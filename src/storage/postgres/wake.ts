import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { createLocalWakeUps, type WakeUps } from '../wake.ts';
import { connectionSettings } from './pool.ts';

const channel = 'b24task_wake';
const reconnectMs = 1_000;
const momentMs = 50;

/** A trial call that did not come by then does not come: the server tells listeners at once. */
const trialMs = 2_000;

/** LISTEN rests on a session, which a pooler in transaction mode does not give: it is tried again so seldom. */
const retryListeningMs = 10 * 60_000;

/**
 * Wake-ups between replicas by LISTEN and NOTIFY. They only save waiting: whoever misses one finds the work at the next
 * poll. The listening connection is made with the first listener, and again whenever it is lost. Where calls do not
 * arrive (a pooler in transaction mode hands the listening session to others) it is given up, and the replica polls.
 */
export function createPostgresWakeUps(url: Secret, pool: Pool, deps: WakeDeps): WakeUps {
  const local = createLocalWakeUps();
  const notify = createNotifier(pool, deps.holder);
  let listening: Listening | undefined;

  return {
    onWake(listener) {
      listening ??= listen(url, pool, deps, local.wake);
      return local.onWake(listener);
    },
    wake() {
      local.wake();
      notify();
    },
    async close() {
      await local.close();
      await listening?.close();
    },
  };
}

/**
 * Tells the other replicas; what becomes due within a moment after that is told once more, together. This process is
 * at work already: under load every message would have all of them look for what is gone by then.
 */
function createNotifier(pool: Pool, holder: string): () => void {
  let telling = false;
  let again = false;

  async function tell(): Promise<void> {
    telling = true;
    do {
      again = false;
      await pool.query('SELECT pg_notify($1, $2)', [channel, holder]).catch(() => {});
      await pause(momentMs, undefined, { ref: false });
    } while (again);
    telling = false;
  }

  return () => {
    again = true;
    if (!telling) {
      void tell();
    }
  };
}

type WakeDeps = { readonly holder: string; readonly log: Log };

type Listening = { close(): Promise<void> };

function listen(url: Secret, pool: Pool, { holder, log }: WakeDeps, wake: () => void): Listening {
  const trial = `${holder} trial`;
  let client: Client | undefined;
  let arrived = () => {};
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new Client(connectionSettings(url));
    client = fresh;
    fresh.on('error', (error) => log.warn({ error }, 'the connection that wakes this replica was lost'));
    fresh.on('end', () => reconnect());
    fresh.on('notification', ({ payload }) => {
      if (payload === trial) {
        arrived();
      } else if (payload !== holder) {
        wake();
      }
    });
    await fresh.connect();
    await fresh.query(`LISTEN ${channel}`).catch((error: unknown) => {
      void fresh.end();
      throw error;
    });
    wake();
    if (!(await callArrives()) && !closed) {
      log.warn({}, 'PostgreSQL wakes nobody here, as behind a pooler in transaction mode; this replica polls');
      reconnect(retryListeningMs);
      void fresh.end();
    }
  }

  /** From another connection, while the listening one is at rest. */
  async function callArrives(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    arrived = () => resolve(true);
    const late = setTimeout(() => resolve(false), trialMs);
    late.unref();
    await pool.query('SELECT pg_notify($1, $2)', [channel, trial]).catch(() => resolve(true));
    return promise.finally(() => clearTimeout(late));
  }

  function reconnect(afterMs = reconnectMs): void {
    if (closed || timer) {
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      start();
    }, afterMs);
    timer.unref();
  }

  function start(): void {
    connect().catch((error: unknown) => {
      log.warn({ error }, 'other replicas cannot wake this one; it polls until they can');
      reconnect();
    });
  }

  start();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}

import { Client, type Pool } from 'pg';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { createLocalWakeUps, type WakeUps } from '../wake.ts';
import { connectionSettings } from './pool.ts';

const channel = 'b24task_wake';
const reconnectMs = 1_000;

/**
 * Wake-ups between replicas by LISTEN and NOTIFY. They only save waiting: whoever misses one finds the work at the next
 * poll. The listening connection is made with the first listener, and again whenever it is lost.
 */
export function createPostgresWakeUps(url: Secret, pool: Pool, deps: { holder: string; log: Log }): WakeUps {
  const local = createLocalWakeUps();
  const notify = createNotifier(pool, deps.holder);
  let listening: Listening | undefined;

  return {
    onWake(listener) {
      listening ??= listen(url, deps, local.wake);
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

/** Tells the other replicas; what becomes due while that is on its way is told once more, together. */
function createNotifier(pool: Pool, holder: string): () => void {
  let telling = false;
  let again = false;

  async function tell(): Promise<void> {
    telling = true;
    do {
      again = false;
      await pool.query('SELECT pg_notify($1, $2)', [channel, holder]).catch(() => {});
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

type Listening = { close(): Promise<void> };

function listen(url: Secret, { holder, log }: { holder: string; log: Log }, wake: () => void): Listening {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new Client(connectionSettings(url));
    client = fresh;
    fresh.on('error', (error) => log.warn({ error }, 'the connection that wakes this replica was lost'));
    fresh.on('end', reconnect);
    fresh.on('notification', ({ payload }) => {
      if (payload !== holder) {
        wake();
      }
    });
    await fresh.connect();
    await fresh.query(`LISTEN ${channel}`).catch((error: unknown) => {
      void fresh.end();
      throw error;
    });
    wake();
  }

  function reconnect(): void {
    if (closed || timer) {
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      start();
    }, reconnectMs);
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

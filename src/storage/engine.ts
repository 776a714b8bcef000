import type { Lock } from '../linking/ports.ts';
import type { Database } from './database.ts';
import type { WakeUps } from './wake.ts';

/** What differs between one SQLite file and PostgreSQL, before anything is built on it. */
export type Engine = {
  readonly database: Database;
  readonly keys: readonly Uint8Array[];
  readonly lock: Lock<string>;
  readonly wakeUps: WakeUps;
  readonly alone: boolean;
  close(): Promise<void>;
};

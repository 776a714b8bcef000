import { outboxContract } from '../contract/outbox.ts';
import { createSqliteWorld } from './outbox-worlds.ts';

outboxContract('SQLite', createSqliteWorld);

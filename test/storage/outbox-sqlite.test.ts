import { outboxContract } from '../contract/outbox.ts';
import { createSqliteHarness } from './outbox-harnesses.ts';

outboxContract('SQLite', createSqliteHarness);

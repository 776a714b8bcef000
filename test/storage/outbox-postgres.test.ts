import { outboxContract } from '../contract/outbox.ts';
import { createPostgresHarness } from './outbox-harnesses.ts';

outboxContract('PostgreSQL', createPostgresHarness);

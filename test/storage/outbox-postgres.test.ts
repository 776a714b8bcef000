import { outboxContract } from '../contract/outbox.ts';
import { createPostgresWorld } from './outbox-worlds.ts';

outboxContract('PostgreSQL', createPostgresWorld);

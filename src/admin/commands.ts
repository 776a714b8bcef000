import type { Commands } from './control/server.ts';
import { backup } from './database-copy.ts';
import { rotateKeys } from './key-rotation.ts';
import { outbox } from './outbox-administration.ts';
import { people } from './people-list.ts';
import { forget } from './person-deletion.ts';

/** The commands that a running service carries out for an administrator. */
export const serviceCommands: Commands = { backup, forget, outbox, people, 'rotate-keys': rotateKeys };

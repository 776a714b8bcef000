import { randomUUID } from 'node:crypto';
import type { Log, LogFields } from '../domain/log.ts';

/**
 * Logs a fault of our own, and gives the reference that its line has: eight characters that an answer shows to a
 * person, so that an administrator finds the line.
 */
export function logFault(log: Pick<Log, 'error'>, fields: LogFields, message: string): string {
  const reference = randomUUID().slice(0, 8);
  log.error({ ...fields, reference }, message);
  return reference;
}

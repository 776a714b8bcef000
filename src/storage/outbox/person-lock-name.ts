import { type Person, personKey } from '../../domain/person.ts';

/**
 * Names under which the rows of these persons are changed. Whoever changes rows holds these locks, or takes only rows
 * that nobody else changes (`skipLocked`): so order within lanes holds, and nothing deadlocks.
 */
export function lockNames(persons: readonly Person[]): readonly string[] {
  return [...new Set(persons.map((person) => `outbox ${personKey(person)}`))];
}

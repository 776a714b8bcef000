import { personKey } from '../domain/person.ts';
import type { NamedLock, PersonLock } from '../linking/ports.ts';

/** The lock of persons: one name for each. */
export function personLockOn(lock: NamedLock): PersonLock {
  return { run: (person, work) => lock.run(`person ${personKey(person)}`, work) };
}

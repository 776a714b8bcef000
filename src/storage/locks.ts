import { type Person, personKey } from '../domain/person.ts';
import type { Lock } from '../linking/ports.ts';

/** The lock of persons: one name for each. */
export function personLockOn(lock: Lock<string>): Lock<Person> {
  return { run: (person, work) => lock.run(`person ${personKey(person)}`, work) };
}

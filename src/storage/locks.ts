import { type Person, personKey } from '../domain/person.ts';
import type { Lock } from '../linking/ports.ts';
import { createTurnstile, type Turnstile } from './turnstile.ts';

/** Serialises within this process: enough where one process owns the storage. */
export function createLocalLock(): Lock<string> {
  const waiting = new Map<string, { readonly enter: Turnstile; users: number }>();

  return {
    async run(name, work) {
      const queue = waiting.get(name) ?? { enter: createTurnstile(), users: 0 };
      waiting.set(name, queue);
      queue.users += 1;
      try {
        return await queue.enter(work);
      } finally {
        queue.users -= 1;
        if (queue.users === 0) {
          waiting.delete(name);
        }
      }
    },
  };
}

/** The lock of persons: one name for each. */
export function personLockOn(lock: Lock<string>): Lock<Person> {
  return { run: (person, work) => lock.run(`person ${personKey(person)}`, work) };
}

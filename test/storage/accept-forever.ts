import { message } from '../contract/outbox-harness.ts';
import { openTestStorage } from './open-test-storage.ts';

// Accepts messages until it is killed, and says of each that it was accepted, once it was.
const [, , dataDir = ''] = process.argv;
const storage = await openTestStorage({ dataDir });
for (let index = 0; ; index += 1) {
  const id = `kept-${index}`;
  await storage.outbox.accept(message({ id, task: index + 1 }));
  process.stdout.write(`${id}\n`);
}

import { message } from '../contract/outbox-harness.ts';
import { openTestStorage } from './open-test-storage.ts';

// Accepts messages until that fails, and says whether the storage was ready before and is ready then.
const [, , dataDir = ''] = process.argv;
let now = 0;
const storage = await openTestStorage({ dataDir }, { steady: () => now });
const goesWell = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  );
const isReady = () => {
  now += 10_000;
  return goesWell(storage.ping());
};
const before = await isReady();
const text = 'x'.repeat(4_000);
let failed = false;
for (let index = 0; !failed && index < 500; index += 1) {
  failed = !(await goesWell(storage.outbox.accept(message({ text, task: index + 1 }))));
}
process.stdout.write(JSON.stringify({ before, failed, after: await isReady() }));
process.exit(0);

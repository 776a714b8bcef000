import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { acceptTests } from './outbox-accept.ts';
import { administrationTests } from './outbox-administration.ts';
import { atOnceTests } from './outbox-at-once.ts';
import { bindingTests } from './outbox-binding.ts';
import { claimTests } from './outbox-claim.ts';
import { clockTests } from './outbox-clock.ts';
import { concurrencyTests } from './outbox-concurrency.ts';
import { endingTests } from './outbox-ending.ts';
import { failureTests } from './outbox-failures.ts';
import type { OutboxHarness } from './outbox-harness.ts';
import { keepingTests } from './outbox-keeping.ts';
import { lookingTests } from './outbox-looking.ts';
import { movingTests } from './outbox-moving.ts';
import { parkingTests } from './outbox-parking.ts';
import { reportTests } from './outbox-reports.ts';
import { settleTests } from './outbox-settle.ts';

/** What every outbox does, whatever it is stored in. */
export function outboxContract(engine: string, createHarness: () => Promise<OutboxHarness>): void {
  describe(`outbox on ${engine}`, () => {
    let harness: OutboxHarness;
    beforeAll(async () => {
      harness = await createHarness();
    }, 60_000);
    beforeEach(() => harness.reset());
    afterAll(() => harness.close());

    for (const tests of [
      acceptTests,
      bindingTests,
      claimTests,
      atOnceTests,
      clockTests,
      settleTests,
      lookingTests,
      parkingTests,
      administrationTests,
      movingTests,
      endingTests,
      reportTests,
      keepingTests,
      failureTests,
      concurrencyTests,
    ]) {
      tests(() => harness);
    }
  });
}

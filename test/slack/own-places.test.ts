import { expect, it } from 'vitest';
import { createOwnPlaces } from '../../src/slack/directory/own-places.ts';
import { createBoltLogger } from '../../src/slack/web-api/bolt-logger.ts';
import { createClients } from '../../src/slack/web-api/clients.ts';
import { manualClock } from '../support/manual-clock.ts';
import { collectInto, type LogLine } from './harness.ts';

it('uses the workspace that Slack names when the storage fails, but not to decide about access', async () => {
  const lines: LogLine[] = [];
  const [clock, log] = [manualClock(), collectInto(lines)];
  const access = { kind: 'installations', find: () => Promise.reject(new Error('disk full')) } as const;
  const clients = createClients(
    { access, slackApiUrl: 'http://127.0.0.1:9/api/' },
    { logger: createBoltLogger(log), clock },
  );
  const places = createOwnPlaces({ access, clients, clock, log });
  const named = { team: 'T1', enterprise: 'E1' };
  expect(await places.of(named)).toEqual(named);
  expect(lines).toMatchObject([{ level: 'warn', fields: { error: { message: 'disk full' } } }]);
  await expect(places.isOurs(named)).rejects.toThrow('disk full');
});

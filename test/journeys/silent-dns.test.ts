import { expect, it } from 'vitest';
import { createHostLookup } from '../../src/bitrix24/host-lookup.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { startNameServer } from '../bitrix24/name-server.ts';
import { openHarness } from '../support/harness.ts';

it('link forms with hosts whose DNS never answers hold up nobody, and are answered in time themselves', async () => {
  const server = await startNameServer(() => 'silent');
  const harness = await openHarness('SQLite', {
    settings: { BITRIX24_PORTALS: '' },
    overrides: { network: { lookup: createHostLookup({ clock: systemClock, servers: [server.address] }) } },
  });
  const { slack } = harness;
  const anna = slack.as('anna');
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  const forms = Array.from({ length: 8 }, async (_, index) => {
    const { errors } = await anna.submit({ 'webhook-url': `https://${index}.dead.example/rest/1/abcdefgh12345678/` });
    return errors['webhook-url'];
  });
  await expect.poll(() => new Set(server.asked.filter((name) => name.startsWith('A '))).size).toBe(8);

  expect(await slack.as('bob').command('/b24task help')).toMatchObject({ status: 200, timedOut: false });
  const said = await Promise.all(forms);
  expect(said).toEqual(said.map((_, index) => expect.stringContaining(`${index}.dead.example cannot be reached`)));
});

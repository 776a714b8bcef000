import { Agent, setGlobalDispatcher } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { openHarness } from '../support/harness.ts';
import { startOutgoingProxy } from '../support/outgoing-proxy.ts';

it('everything that leaves goes through the proxy, to Slack and to the portal, and its password is nowhere in the log', async () => {
  onTestFinished(() => setGlobalDispatcher(new Agent()));
  const proxy = await startOutgoingProxy();
  const harness = await openHarness('SQLite', {
    settings: { HTTP_PROXY: `http://anna:planted-word@127.0.0.1:${proxy.port}` },
  });
  const { slack, portal, link } = harness;
  await link('anna', 7);
  await slack.as('anna').command('/b24task 51 hello');
  await slack.waitFor('anna', ({ text }) => text.includes('Sent'));
  expect(portal.chat(51)).toMatchObject([{ text: 'hello' }]);
  const targets = new Set(proxy.asked.map(({ target }) => target));
  expect([...targets]).toEqual(
    expect.arrayContaining([`POST ${portal.origin}`, `POST ${new URL(slack.apiUrl).origin}`]),
  );
  expect(portal.requests.length).toBe(proxy.asked.filter(({ target }) => target.endsWith(portal.origin)).length);
  expect(harness.log.join('\n')).not.toContain('planted-word');
});

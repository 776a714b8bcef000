import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { openNoticeHarness } from '../support/harness.ts';

it('an untrusted certificate is named in the link form, in the reply, by the doctor, and once in the log', async () => {
  const harness = await openNoticeHarness({ portal: { tls: true } });
  const { slack, portal, link } = harness;
  const sentence = `The certificate of ${new URL(portal.origin).host} is not from an authority that this app trusts.`;
  const anna = slack.as('anna');

  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  const { errors } = await anna.submit({ 'webhook-url': harness.webhookFor(7) });
  expect(errors['webhook-url']).toBe(`${sentence} Ask your administrator about it, then connect again.`);
  await anna.closeView({ all: true });

  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([...before, portal.ca ?? '']);
  await link('anna', 7);
  setDefaultCACertificates(before);
  // Without the connections that were made while it was trusted.
  await harness.restart();

  const lines = harness.log.length;
  await anna.command('/b24task 51 hello');
  await harness.noticesAfter(1);
  const notice = await slack.waitFor('anna', ({ text }) => text.startsWith('*Not sent yet*'));
  expect(notice.text).toContain(sentence);
  await anna.command('/b24task doctor');
  const report = await slack.waitFor('anna', ({ text }) => text.includes('mending'));
  expect(report.text).toContain(`Portal: *not OK.* ${sentence}`);
  const warnings = harness.log.slice(lines).filter((line) => line.includes('certificate of this portal'));
  expect(warnings).toHaveLength(1);

  setDefaultCACertificates([...before, portal.ca ?? '']);
  await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
  expect(portal.chat(51)).toMatchObject([{ text: 'hello' }]);
});

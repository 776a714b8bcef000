import { describe, expect, it } from 'vitest';
import type { TokenServerFault } from '../../src/sandbox/bitrix24/oauth/token-server.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { connect } from '../support/connecting.ts';
import { openHarness } from '../support/harness.ts';

const error = (code: string, status: number): TokenServerFault => ({ kind: 'error', code, status });
const page = (status: number): TokenServerFault => ({ kind: 'html', status, moment: 'before' });

describe.each(buildGenerations)(
  'a token server that does not know the application any more, portal of the build %s',
  (build) => {
    it.each<[string, TokenServerFault]>([
      ['wrong_client with 200', error('wrong_client', 200)],
      ['invalid_client', error('invalid_client', 401)],
      ['NOT_INSTALLED', error('NOT_INSTALLED', 401)],
      ['bad_verification_code', error('bad_verification_code', 400)],
      ['a page with 403', page(403)],
      ['a page with 404', page(404)],
    ])('has messages wait and names the application, and they go out when that is mended: %s', async (_, fault) => {
      const harness = await openHarness('SQLite', { application: true, portal: { build } });
      const { portal, slack } = harness;
      await connect(harness, 'anna', 7);
      await harness.chooseLanguage('bob', 'ru');
      await connect(harness, 'bob', 9);
      portal.oauth.expireTokens();
      portal.oauth.failNext(fault, 100);
      const anna = slack.as('anna');
      await anna.command('/b24task 51 hello');
      const notice = await anna.waitFor(({ text }) => text.includes('is waiting for you'));
      expect(notice.text).toMatch(/application .* is not there any more, or its secret is wrong\. Ask your Bitrix24/);
      await slack.as('bob').command('/b24task 52 привет');
      await slack.as('bob').waitFor(({ text }) => /приложени/i.test(text) && text.includes('секрет'));
      await anna.command('/b24task doctor');
      const report = await anna.waitFor(({ text }) => text.includes('Waiting messages: *not OK.*'));
      expect(report.text).toMatch(/Access to the portal: \*not OK\.\* The application .* or its secret is wrong\./);
      expect(
        slack
          .seenBy('anna')
          .map(({ text }) => text)
          .join('\n'),
      ).not.toMatch(/\(none\)|mistake of the app/);

      portal.oauth.stopFailing();
      await anna.click('Try now', { on: notice });
      await anna.waitFor(({ text }) => text.startsWith('Sent'));
      expect(portal.chat(51).map(({ text }) => text)).toEqual(['hello']);
      expect(slack.complaints).toEqual([]);
    });

    it('has messages wait for a moment when it is only busy, and tells nobody to do anything', async () => {
      const harness = await openHarness('SQLite', { application: true, portal: { build } });
      await connect(harness, 'anna', 7);
      harness.portal.oauth.expireTokens();
      harness.portal.oauth.failNext(page(502));
      const anna = harness.slack.as('anna');
      await anna.command('/b24task 51 hello');
      await anna.waitFor(({ text }) => text.startsWith('Sent'));
      expect(harness.slack.seenBy('anna').filter(({ text }) => text.includes('is waiting for you'))).toEqual([]);
    });
  },
);

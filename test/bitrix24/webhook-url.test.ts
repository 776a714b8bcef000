import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import type { WebhookCredential } from '../../src/domain/identity.ts';

const secret = 'a1b2c3d4e5f6a7b8';

describe('the URL of an incoming webhook', () => {
  it.each([
    `https://acme.bitrix24.com/rest/7/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}`,
    `https://acme.bitrix24.com/rest/api/7/${secret}/`,
    `https://acme.bitrix24.com/rest/api/7/${secret}`,
    `https://acme.bitrix24.com/rest/7/${secret}/profile`,
    `https://acme.bitrix24.com/rest/7/${secret}/profile.json`,
    `https://acme.bitrix24.com/rest/7/${secret}/tasks.task.get.json?taskId=1`,
    `https://acme.bitrix24.com/rest/api/7/${secret}/tasks.task.chat.message.send/`,
    `https://acme.bitrix24.com//rest/7/${secret}/`,
    `https://acme.bitrix24.com:443/rest/7/${secret}/#x`,
    `https://acme.bitrix24.com./rest/7/${secret}/`,
    `HTTPS://ACME.Bitrix24.com/rest/7/${secret}/`,
    `https://acme。bitrix24。com/rest/7/${secret}/`,
    `  https://acme.bitrix24.com/rest/7/${secret}/\n`,
    `<https://acme.bitrix24.com/rest/7/${secret}/>`,
    ` <https://acme.bitrix24.com/rest/7/${secret}/|acme.bitrix24.com/rest/7> `,
    `https://acme.bitrix24.com/rest/7/${secret}/ https://acme.bitrix24.com/rest/7/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/https://acme.bitrix24.com/rest/7/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/\nhttps://acme.bitrix24.com/rest/api/7/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/, https://acme.bitrix24.com/rest/api/7/${secret}/;`,
    `\ufeffhttps://acme.bit\u200brix24.com/rest/7/a1b2\u00adc3d4e5f6a7b8/\u200e`,
    `https://acme.bitrix24.com/rest/7/${secret}/\u2069\u202c`,
    `https://acme.bitrix24.com/rest/7/${secret}/profile?back=https://acme.bitrix24.com/`,
  ])('is understood as %s', (text) => {
    const credential = credentialIn(text);
    expect(credential).toMatchObject({ kind: 'webhook', portal: 'https://acme.bitrix24.com', webhookUserId: '7' });
    expect(credential?.secret.reveal()).toBe(secret);
  });

  it.each([
    ['http://192.168.1.5:8080/rest/1/abc/', 'http://192.168.1.5:8080'],
    ['https://0x7f.1/rest/1/abc/', 'https://127.0.0.1'],
    ['https://аcme.bitrix24.com/rest/1/abc/', 'https://xn--cme-5cd.bitrix24.com'],
    ['https://good.example\\rest/1/abc/?@evil.example/', 'https://good.example'],
  ])('names the portal as the connection would find it: %s', (text, portal) => {
    expect(credentialIn(text)?.portal).toBe(portal);
  });

  it.each([
    '',
    'hello',
    'https://acme.bitrix24.com/',
    'https://acme.bitrix24.com/rest/',
    'https://acme.bitrix24.com/rest/7/',
    `https://acme.bitrix24.com/rest/0/${secret}/`,
    `https://acme.bitrix24.com/rest/anna/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/profile/more`,
    `https://acme.bitrix24.com/rest/7/tasks.task.get`,
    `https://anna:pass@acme.bitrix24.com/rest/7/${secret}/`,
    `https://anna@acme.bitrix24.com/rest/7/${secret}/`,
    `ftp://acme.bitrix24.com/rest/7/${secret}/`,
    `javascript:/rest/7/${secret}/`,
    `acme.bitrix24.com/rest/7/${secret}/`,
    'https://acme.bitrix24.com/company/personal/user/7/tasks/task/view/51/',
  ])('is not %s', (text) => {
    expect(parseWebhookUrl(text)).toEqual({ ok: false, failure: { kind: 'not-a-webhook-url' } });
  });

  it.each([
    `https://acme.bitrix24.com/rest/7/${secret}/ https://acme.bitrix24.com/rest/9/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/ https://other.bitrix24.com/rest/7/${secret}/`,
    `https://acme.bitrix24.com/rest/7/${secret}/ https://acme.bitrix24.com/company/`,
    `https://acme.bitrix24.com/company/\nhttps://acme.bitrix24.com/rest/7/${secret}/`,
  ])('is not one URL: %s', (text) => {
    expect(parseWebhookUrl(text)).toEqual({ ok: false, failure: { kind: 'several-urls' } });
  });

  it.each([
    `https://intra.example/b24/rest/7/${secret}/`,
    `https://intra.example/a/b/rest/api/7/${secret}/profile.json`,
    `<https://intra.example/b24/rest/7/${secret}/>`,
    `https://intra.example\\@evil.example/rest/7/${secret}/`,
  ])('is refused as the URL of a portal in a folder: %s', (text) => {
    expect(parseWebhookUrl(text)).toEqual({
      ok: false,
      failure: { kind: 'portal-in-folder', portal: 'https://intra.example' },
    });
  });

  it('is read without an exception whatever the text is, and never shows its secret', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
        parseWebhookUrl(text);
      }),
    );
    const credential = credentialIn(`https://acme.bitrix24.com/rest/7/${secret}/`);
    expect(inspect(credential, { depth: 9, showHidden: true }) + JSON.stringify(credential)).not.toContain(secret);
  });
});

function credentialIn(text: string): WebhookCredential | undefined {
  const read = parseWebhookUrl(text);
  return read.ok ? read.value : undefined;
}

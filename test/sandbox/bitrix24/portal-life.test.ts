import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { get, openLinkedPortal, openPortal, sendText, texts } from './portal-client.ts';

describe('the life of a portal', () => {
  it('several run side by side and know nothing of each other', async () => {
    const [first, second] = [await openLinkedPortal(), await openLinkedPortal()];
    await sendText(first.webhook.apiUrl, 'only here');
    const crossed = first.webhook.url.replace(first.portal.origin, second.portal.origin);
    expect((await get(`${crossed}profile`)).status).toBe(401);
    expect([texts(first.portal), texts(second.portal)]).toEqual([['only here'], []]);
  });

  it('serves https to whoever trusts its certificate, under the name it was given', async () => {
    const portal = await openPortal({ tls: true, hostname: 'portal.test' });
    const { port, hostname } = new URL(portal.origin);
    expect(hostname).toBe('portal.test');
    const ask = (servername: string, ca: string | undefined) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/rest/profile', servername, ca, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect(await ask('portal.test', portal.ca)).toBe(401);
    await expect(ask('other.test', portal.ca)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await expect(ask('portal.test', undefined)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('drops a TLS connection for a reset', async () => {
    const portal = await openPortal({ tls: true });
    portal.faults.set({ kind: 'reset', moment: 'before' });
    const { port } = new URL(portal.origin);
    const failed = new Promise((_, reject) => {
      request({ host: '127.0.0.1', port, path: '/rest/profile', ca: portal.ca, agent: false })
        .once('error', reject)
        .end();
    });
    await expect(failed).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not start on a port that is taken', async () => {
    const portal = await openPortal();
    await expect(openPortal({ port: Number(new URL(portal.origin).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('shows a page for any other address', async () => {
    const portal = await openPortal();
    for (const path of ['/', '/company/', '/rest/1/2/3/4', '/rest/%E0%A4%A/x']) {
      expect((await get(`${portal.origin}${path}`)).status).toBe(404);
    }
  });

  it('prints a chat for reading', async () => {
    const { portal, webhook } = await openLinkedPortal();
    await sendText(webhook.apiUrl, '[b]Done[/b]');
    expect(portal.renderChat(51)).toMatch(/^Anna Petrova, \d\d:\d\d\n {2}\*Done\*$/);
    expect(portal.renderChat(52)).toBe('');
  });
});

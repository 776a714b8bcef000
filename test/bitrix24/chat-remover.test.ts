import { describe, expect, it } from 'vitest';
import { createChatRemover } from '../../src/bitrix24/chat-remover.ts';
import { Secret } from '../../src/domain/secret.ts';
import { openHarness, originOf } from './harness.ts';
import { httpAnswer, startWire } from './wire.ts';

const refused = (code: string) => JSON.stringify({ error: code, error_description: 'Time has expired' });

/** A portal that answers so. */
async function remove(status: number, body: string) {
  const wire = await startWire(({ socket }) => socket.end(httpAnswer(status, body)));
  const { reads } = openHarness({ portals: [originOf(wire.origin)] });
  const portal = originOf(wire.origin);
  const credential = { kind: 'webhook', portal, webhookUserId: '7', secret: new Secret('hush') } as const;
  const result = await createChatRemover({ reads }).remove({ credential, messageId: '4711', withinMs: 5_000 });
  return { result, request: wire.requests[0] };
}

describe('deleting a message of a task chat', () => {
  it('names the message, and is done when the portal says so', async () => {
    const { result, request } = await remove(200, '{"result":true}');
    expect(result).toEqual({ ok: true, value: 'removed' });
    expect(request?.head).toMatch(/^POST \/rest\/\d+\/\w+\/im\.message\.delete/);
    expect(JSON.parse(request?.body ?? '')).toEqual({ MESSAGE_ID: 4711 });
  });

  it.each([400, 403])('is not allowed any more when the portal says so with %d', async (status) => {
    const { result } = await remove(status, refused('CANT_EDIT_MESSAGE'));
    expect(result).toEqual({ ok: true, value: 'not-allowed' });
  });

  it.each([
    [400, refused('ERROR_METHOD_NOT_FOUND'), 'portal-too-old'],
    [401, refused('insufficient_scope'), 'missing-scope'],
    [403, refused('insufficient_scope'), 'missing-scope'],
    [200, '{"result":false}', 'unexpected'],
    [502, '<html>', 'no-answer'],
  ])('fails as other calls do: %d %s', async (status, body, kind) => {
    const { result } = await remove(status, body);
    expect(result).toMatchObject({ ok: false, failure: { kind } });
  });
});

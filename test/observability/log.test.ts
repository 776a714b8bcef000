import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/observability/log.ts';

const secret = 'x7c2k9q4m1z8w5';

/** What the log writes for these fields, as one text. */
function logged(fields: Readonly<Record<string, unknown>>, message = 'happened'): string {
  const lines: string[] = [];
  createLog('trace', { write: (line) => lines.push(line) }).info(fields, message);
  return lines.join('');
}

describe('the log', () => {
  it.each([
    ['a webhook of REST 2', `https://acme.bitrix24.com/rest/7/${secret}/profile`],
    ['a webhook of REST 3.0', `https://acme.bitrix24.com/b24/rest/api/7/${secret}/tasks.task.get`],
    ['a bot token', `xoxb-${secret}`],
    ['an app-level token', `xapp-1-${secret}`],
    ['a response URL', `https://hooks.slack.com/commands/T1/2/${secret}`],
    ['the address of a database', `postgres://service:${secret}@db.example/b24task`],
    ['an authorisation code in a query', `https://app.example/bitrix24/callback?state=1&code=${secret}&domain=acme`],
    ['an authorisation code in a form', `code=${secret}&grant_type=authorization_code`],
    ['an encoded authorisation code', `?code=%2F${secret}`],
    ['a client secret in a form', `client_id=local.1&client_secret=${secret}`],
    ['a token in JSON', JSON.stringify({ fields: {}, auth: secret })],
    ['a refresh token in JSON', JSON.stringify({ refresh_token: secret })],
  ])('masks %s, in a field, in a message and in an error', (_, text) => {
    const cause = new Error(text);
    const line = logged({ said: text, error: new Error('failed', { cause }) }, text);
    expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({ said: expect.stringContaining('[redacted]') });
  });

  it.each(['QUERY_LIMIT_EXCEEDED', 'BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION', 'invalid_blocks', 'ECONNREFUSED'])(
    'leaves the fault code %s readable',
    (code) => {
      expect(JSON.parse(logged({ code, failure: { kind: 'unexpected', code } }))).toMatchObject({
        code,
        failure: { code },
      });
      expect(JSON.parse(logged({ said: JSON.stringify({ error: { code } }) }))).toMatchObject({
        said: JSON.stringify({ error: { code } }),
      });
      const error = Object.assign(new Error('failed'), { code });
      expect(JSON.parse(logged({ error }))).toMatchObject({ error: { code } });
    },
  );
});

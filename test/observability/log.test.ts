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
    ['a webhook of a user with a long number', `https://acme.bitrix24.com/rest/123456789012345/${secret}/`],
    ['a webhook within another address', `https://a.example/?to=https%3A%2F%2Fb.example%2Frest%2F7%2F${secret}%2F`],
    ['a webhook of REST 3.0 within another one', `/?to=https%3a%2f%2fb.example%2frest%2fapi%2f7%2f${secret}`],
    ['a bot token', `xoxb-${secret}`],
    ['an app-level token', `xapp-1-${secret}`],
    ['a response URL', `https://hooks.slack.com/commands/T1/2/${secret}`],
    ['the address of a database', `postgres://service:${secret}@db.example/b24task`],
    ['a password with a slash', `postgres://service:p/${secret}@db.example/b24task`],
    ['a password with an at sign', `postgres://service:p@${secret}@db.example/b24task`],
    ['a password that ends with an at sign', `postgres://service:${secret}@@db.example/b24task`],
    ['a password with a hash', `postgres://service:p#${secret}@db.example/b24task`],
    ['a password with a question mark', `postgres://service:p?${secret}@db.example/b24task`],
    ['a password with colons', `postgres://service:p:${secret}:@db.example/b24task`],
    ['a password with quotes and a backslash', `postgres://service:p"'\\${secret}@db.example/b24task`],
    ['a password in percent codes', `postgres://service:p%2F%40%23%3F${secret}@db.example/b24task`],
    ['a password of a user with an at sign', `postgres://service@db:${secret}@db.example/b24task`],
    ['a password without a user', `postgresql://:${secret}@db.example/b24task`],
    ['a password in the query of an address', `postgres://db.example/b24task?user=service&password=p%2F${secret}`],
    ['a password first in the query of an address', `postgres:///b24task?password=p@${secret}&host=/run`],
    ['an authorisation code in a query', `https://app.example/bitrix24/callback?state=1&code=${secret}&domain=acme`],
    ['an authorisation code in a form', `code=${secret}&grant_type=authorization_code`],
    ['an encoded authorisation code', `?code=%2F${secret}`],
    ['a client secret in a form', `client_id=local.1&client_secret=${secret}`],
    ['an encoded client secret in a form', `client_id=local.1&client_secret=planted0%2B${secret}`],
    ['a token in JSON', JSON.stringify({ fields: {}, auth: secret })],
    ['a refresh token in JSON', JSON.stringify({ refresh_token: secret })],
  ])('masks %s, in a field, in a message and in an error', (_, text) => {
    const cause = new Error(text);
    const line = logged({ said: text, error: new Error('failed', { cause }) }, text);
    expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({ said: expect.stringContaining('[redacted]') });
  });

  it.each([
    [`postgres://service:${secret}@db.example:5432/b24task?sslmode=require`],
    [`postgres://service:p/${secret}@db.example:5432/b24task?sslmode=require`],
    [`postgres://service:p@${secret}@db.example:5432/b24task?sslmode=require`],
  ])('leaves the user, the host and the database of %s readable', (address) => {
    const said = `no answer from ${address}: ask admin@example.com`;
    const readable = 'postgres://service:[redacted]@db.example:5432/b24task?sslmode=require';
    expect(JSON.parse(logged({ said, next: 'info@example.com' }))).toMatchObject({
      said: `no answer from ${readable}: ask admin@example.com`,
      next: 'info@example.com',
    });
  });

  it.each([
    'postgres://db.example:5432/b24task',
    'postgres://service@db.example:5432/b24task?application_name=b24task',
    'postgres://db.example/b24task?user=service&sslmode=require',
    'http://db.example:5432/users/anna@example.com',
    'anna:petrova@example.com',
  ])('leaves %s readable, where no password is', (said) => {
    const address = JSON.parse(logged({ said, list: [said, 'anna@example.com'] }));
    expect(address).toMatchObject({ said, list: [said, 'anna@example.com'] });
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

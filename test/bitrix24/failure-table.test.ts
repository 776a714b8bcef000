import { describe, expect, it } from 'vitest';
import { createMessenger } from '../../src/bitrix24/messenger.ts';
import { type PortalFailure, type Rule, ruleOf } from '../../src/domain/failure.ts';
import { Secret } from '../../src/domain/secret.ts';
import { openHarness, originOf } from './harness.ts';
import { httpAnswer, startWire } from './wire.ts';

const v3 = (suffix: string) => `BITRIX_REST_V3_EXCEPTION_${suffix}`;

/** The two shapes of an error; the texts are what a Russian portal says, and must not matter. */
const nested = (code: string, field?: string) =>
  JSON.stringify({
    error: {
      code,
      message: 'Превышен лимит: QUERY_LIMIT_EXCEEDED',
      ...(field ? { validation: [{ field, message: 'Поле обязательно' }] } : {}),
    },
  });
const flat = (code: string) => JSON.stringify({ error: code, error_description: 'expired_token: доступ запрещён' });

const html = '<!DOCTYPE html><html><body><h1>nginx</h1></body></html>';

type Row = readonly [
  upstream: string,
  status: number,
  body: string,
  failure: PortalFailure,
  rule: Rule,
  headers?: Readonly<Record<string, string>>,
];

const scopes = ['task', 'tasks'];

const rows: readonly Row[] = [
  [
    'a DTO validation error',
    400,
    nested(v3('VALIDATION_DTOVALIDATIONEXCEPTION'), 'taskId'),
    { kind: 'invalid-request', field: 'taskId', code: v3('VALIDATION_DTOVALIDATIONEXCEPTION') },
    'final',
  ],
  [
    'a request validation error',
    400,
    nested(v3('VALIDATION_REQUESTVALIDATIONEXCEPTION'), 'message.text'),
    { kind: 'invalid-request', field: 'message.text', code: v3('VALIDATION_REQUESTVALIDATIONEXCEPTION') },
    'final',
  ],
  [
    'a validation error that names no field',
    400,
    nested(v3('VALIDATION_REQUESTVALIDATIONEXCEPTION')),
    { kind: 'invalid-request', code: v3('VALIDATION_REQUESTVALIDATIONEXCEPTION') },
    'final',
  ],
  ...[
    'INVALIDJSONEXCEPTION',
    'UNKNOWNDTOPROPERTYEXCEPTION',
    'INVALIDIDEMPOTENCYKEYEXCEPTION',
    'LOGICEXCEPTION',
    'INTERNAL_ORMSAVEEXCEPTION',
  ].map((suffix): Row => [suffix, 400, nested(v3(suffix)), { kind: 'invalid-request', code: v3(suffix) }, 'final']),
  [
    'a REST 3.0 code without the prefix',
    400,
    nested('NOTE_SEARCH_QUERY_TOO_SHORT'),
    { kind: 'invalid-request', code: 'NOTE_SEARCH_QUERY_TOO_SHORT' },
    'final',
  ],
  ['no such entity', 400, nested(v3('ENTITYNOTFOUNDEXCEPTION')), { kind: 'no-access' }, 'final'],
  ['access denied with 400', 400, nested(v3('ACCESSDENIEDEXCEPTION')), { kind: 'no-access' }, 'final'],
  ['access denied with 403', 403, nested(v3('ACCESSDENIEDEXCEPTION')), { kind: 'no-access' }, 'final'],
  ['access denied with 401', 401, nested(v3('ACCESSDENIEDEXCEPTION')), { kind: 'credential-rejected' }, 'relink'],
  ...['NO_AUTH_FOUND', 'INVALID_CREDENTIALS', 'authorization_error', 'invalid_token'].map(
    (code): Row => [`${code} with 401`, 401, flat(code), { kind: 'credential-rejected' }, 'relink'],
  ),
  [
    'INVALID_CREDENTIALS with 403',
    403,
    flat('INVALID_CREDENTIALS'),
    { kind: 'credential-rejected', orRights: true },
    'relink',
  ],
  ['APPLICATION_NOT_FOUND', 401, flat('APPLICATION_NOT_FOUND'), { kind: 'application-gone' }, 'relink'],
  ['a proxy that wants a password', 401, html, { kind: 'credential-rejected' }, 'relink'],
  ['an empty 401', 401, '', { kind: 'credential-rejected' }, 'relink'],
  ['expired_token', 401, flat('expired_token'), { kind: 'token-expired' }, 'relink'],
  ['CONNECTION_ERROR with 401', 401, flat('CONNECTION_ERROR'), { kind: 'authorisation-unavailable' }, 'wait'],
  ['insufficient_scope', 403, flat('insufficient_scope'), { kind: 'missing-scope', scopes }, 'relink'],
  ['insufficient_scope with 401', 401, flat('insufficient_scope'), { kind: 'missing-scope', scopes }, 'relink'],
  [
    'insufficient scope in REST 3.0',
    403,
    nested(v3('INSUFFICIENTSCOPEEXCEPTION')),
    { kind: 'missing-scope', scopes },
    'relink',
  ],
  ['user_access_error', 403, flat('user_access_error'), { kind: 'app-not-allowed' }, 'administrator'],
  ['ACCESS_DENIED', 403, flat('ACCESS_DENIED'), { kind: 'plan' }, 'administrator'],
  ['PAYMENT_REQUIRED', 402, flat('PAYMENT_REQUIRED'), { kind: 'plan' }, 'administrator'],
  ['402 of REST 3.0', 402, nested(v3('RESTUNAVAILABLEEXCEPTION')), { kind: 'plan' }, 'administrator'],
  ['402 with a page', 402, html, { kind: 'plan' }, 'administrator'],
  ['a licence error with 400', 400, nested(v3('LICENSEEXCEPTION')), { kind: 'plan' }, 'administrator'],
  ['a licence error with 403', 403, nested(v3('LICENSEEXCEPTION')), { kind: 'plan' }, 'administrator'],
  ['OVERLOAD_LIMIT', 503, flat('OVERLOAD_LIMIT'), { kind: 'portal-blocked' }, 'administrator'],
  ['PORTAL_DELETED', 500, flat('PORTAL_DELETED'), { kind: 'portal-closed' }, 'wait'],
  ['INVALID_REQUEST', 400, flat('INVALID_REQUEST'), { kind: 'https-required' }, 'relink'],
  ['ERROR_METHOD_NOT_FOUND', 404, flat('ERROR_METHOD_NOT_FOUND'), { kind: 'portal-too-old' }, 'administrator'],
  ['no such REST 3.0 method', 400, nested(v3('METHODNOTFOUNDEXCEPTION')), { kind: 'portal-too-old' }, 'administrator'],
  ['QUERY_LIMIT_EXCEEDED', 503, flat('QUERY_LIMIT_EXCEEDED'), { kind: 'throttled' }, 'wait'],
  ['QUERY_LIMIT_EXCEEDED in the other shape', 503, nested('QUERY_LIMIT_EXCEEDED'), { kind: 'throttled' }, 'wait'],
  ['an empty 429', 429, '', { kind: 'throttled' }, 'wait'],
  ...(
    [
      ['30', 30_000],
      ['31536000', 600_000],
      ['9'.repeat(400), 600_000],
      ['Fri, 31 Dec 9999 23:59:59 GMT', 600_000],
      ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
      ['0', undefined],
      ['-5', undefined],
      ['soon', undefined],
    ] as const
  ).map(
    ([header, retryAfterMs]): Row => [
      `429 that says when to come back: ${header.slice(0, 40)}`,
      429,
      html,
      { kind: 'throttled', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      'wait',
      { 'retry-after': header },
    ],
  ),
  [
    '503 with a page that says when to come back',
    503,
    html,
    { kind: 'throttled', retryAfterMs: 120_000 },
    'wait',
    { 'retry-after': '120' },
  ],
  [
    'QUERY_LIMIT_EXCEEDED that says when to come back',
    503,
    flat('QUERY_LIMIT_EXCEEDED'),
    { kind: 'throttled', retryAfterMs: 5_000 },
    'wait',
    { 'retry-after': '5' },
  ],
  ['429 with a page', 429, html, { kind: 'throttled' }, 'wait'],
  ['429 with an unknown code', 429, flat('SLOW_DOWN'), { kind: 'throttled' }, 'wait'],
  ['OPERATION_TIME_LIMIT', 429, flat('OPERATION_TIME_LIMIT'), { kind: 'method-throttled' }, 'wait'],
  ['the limiter of REST 3.0', 429, nested(v3('RATELIMITEXCEPTION')), { kind: 'method-throttled' }, 'wait'],
  ['an empty 408', 408, '', { kind: 'no-answer' }, 'ambiguous'],
  ['502 with a page', 502, html, { kind: 'no-answer' }, 'ambiguous'],
  ['504 with a page', 504, html, { kind: 'no-answer' }, 'ambiguous'],
  ['503 with a page', 503, html, { kind: 'no-answer' }, 'ambiguous'],
  ['the page of a gateway of Cloudflare', 522, html, { kind: 'no-answer' }, 'ambiguous'],
  ['an empty 500', 500, '', { kind: 'unreadable-answer' }, 'ambiguous'],
  [
    'a warning of PHP with 200',
    200,
    '<br />\n<b>Warning</b>:  Undefined array key',
    { kind: 'unreadable-answer' },
    'ambiguous',
  ],
  ['an empty 200', 200, '', { kind: 'unreadable-answer' }, 'ambiguous'],
  ['200 with a page', 200, html, { kind: 'unreadable-answer' }, 'ambiguous'],
  ['200 with half an answer', 200, '{"result":{"resu', { kind: 'unreadable-answer' }, 'ambiguous'],
  ['200 with JSON of somebody else', 200, '{"ok":true}', { kind: 'unreadable-answer' }, 'ambiguous'],
  ['200 with a list', 200, '[]', { kind: 'unreadable-answer' }, 'ambiguous'],
  ['204', 204, '', { kind: 'unreadable-answer' }, 'ambiguous'],
  ...['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER', v3('INTERNAL_INTERNALEXCEPTION')].map(
    (code): Row => [code, 500, flat(code), { kind: 'portal-fault', code }, 'ambiguous'],
  ),
  ['an internal error of REST 3.0', 500, nested('X'), { kind: 'portal-fault', code: 'X' }, 'ambiguous'],
  ['502 with an error of the portal', 502, flat('SOMETHING'), { kind: 'portal-fault', code: 'SOMETHING' }, 'ambiguous'],
  ...[301, 302, 307, 308].map(
    (status): Row => [
      `${status} to another origin`,
      status,
      html,
      { kind: 'moved', to: originOf('https://new.bitrix24.com') },
      'relink',
      { location: 'https://new.bitrix24.com/rest/api/1/x/tasks.task.chat.message.send' },
    ],
  ),
  [
    '301 to itself over https',
    301,
    html,
    { kind: 'https-required', to: originOf('https://127.0.0.1') },
    'relink',
    { location: 'https://127.0.0.1/rest/api/1/x/tasks.task.chat.message.send' },
  ],
  ['302 to a path', 302, html, { kind: 'unreadable-answer' }, 'ambiguous', { location: '/login/?back=/rest/' }],
  ['302 to nowhere', 302, html, { kind: 'unreadable-answer' }, 'ambiguous'],
  ['302 to something else', 302, html, { kind: 'unreadable-answer' }, 'ambiguous', { location: 'mailto:a@b.example' }],
  ['302 to user-info', 302, html, { kind: 'unreadable-answer' }, 'ambiguous', { location: 'https://a@b.example/' }],
  ['302 to no URL', 302, html, { kind: 'unreadable-answer' }, 'ambiguous', { location: 'https://[x/' }],
  ...(
    [
      ['ERROR_BATCH_METHOD_NOT_ALLOWED', 405],
      ['ERROR_BATCH_LENGTH_EXCEEDED', 400],
      ['ERROR_MANIFEST_IS_NOT_AVAILABLE', 404],
      ['WRONG_AUTH_TYPE', 403],
      ['0', 400],
    ] as const
  ).map(([code, status]): Row => [code, status, flat(code), { kind: 'unexpected', code, status }, 'final']),
  ['a number as code', 400, '{"error":100}', { kind: 'unexpected', code: '100', status: 400 }, 'final'],
  ...[400, 403, 404, 405, 407, 413, 414, 431, 451].map(
    (status): Row => [`${status} with a page`, status, html, { kind: 'intermediary-refused', status }, 'administrator'],
  ),
  ['an empty 403', 403, '', { kind: 'intermediary-refused', status: 403 }, 'administrator'],
  ['an empty code', 403, '{"error":""}', { kind: 'intermediary-refused', status: 403 }, 'administrator'],
  [
    'a sentence as code',
    403,
    '{"error":"Blocked by policy"}',
    { kind: 'intermediary-refused', status: 403 },
    'administrator',
  ],
  ['a nested error without a code', 418, '{"error":{}}', { kind: 'unexpected', code: 'none', status: 418 }, 'final'],
  ['an error with 200', 200, flat('ODD'), { kind: 'unexpected', code: 'ODD', status: 200 }, 'ambiguous'],
  [
    'a success that says no',
    200,
    '{"result":{"result":false}}',
    { kind: 'unexpected', code: 'unknown-result', status: 200 },
    'ambiguous',
  ],
];

/** What builds of the one generation answer by name, and those of the other with 401 and one code, or 400 and that code. */
const unnamedWith: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      'NO_AUTH_FOUND',
      'INVALID_CREDENTIALS',
      'authorization_error',
      'invalid_token',
      'expired_token',
      'APPLICATION_NOT_FOUND',
      'CONNECTION_ERROR',
      'user_access_error',
      'ACCESS_DENIED',
      'PAYMENT_REQUIRED',
      'OVERLOAD_LIMIT',
      'INVALID_REQUEST',
    ].map((code) => [flat(code), 401]),
  ),
  [flat('PORTAL_DELETED')]: 400,
};
const isUnexplained = (status: number, body: string) =>
  status === 401
    ? !Object.hasOwn(unnamedWith, body) && body !== flat('insufficient_scope')
    : status === 400 && body === nested(v3('ACCESSDENIEDEXCEPTION'));

/** What tells of a failure. */
const tellers: Readonly<Record<PortalFailure['kind'], 'an answer' | 'the connection' | 'the chat'>> = {
  'invalid-request': 'an answer',
  'no-access': 'an answer',
  'credential-rejected': 'an answer',
  'token-expired': 'an answer',
  'authorisation-unavailable': 'an answer',
  'missing-scope': 'an answer',
  'app-not-allowed': 'an answer',
  'application-gone': 'an answer',
  plan: 'an answer',
  'portal-blocked': 'an answer',
  'portal-closed': 'an answer',
  'https-required': 'an answer',
  'portal-too-old': 'an answer',
  throttled: 'an answer',
  'method-throttled': 'an answer',
  unreachable: 'the connection',
  certificate: 'the connection',
  'intermediary-refused': 'an answer',
  'no-answer': 'an answer',
  'unreadable-answer': 'an answer',
  'portal-fault': 'an answer',
  moved: 'an answer',
  'not-posted': 'the chat',
  unexpected: 'an answer',
};

describe('the table of failures', () => {
  it('has a row for every kind of which an answer tells', () => {
    const told = Object.entries(tellers).flatMap(([kind, teller]) => (teller === 'an answer' ? [kind] : []));
    expect(new Set(rows.map(([, , , { kind }]) => kind))).toEqual(new Set(told));
  });
});

describe.each(['flat codes', 'one 401 for everything'])('an answer of a portal whose builds say %s', (build) => {
  it.for(rows)('%s (%i)', async ([, status, body, failure, rule, headers]) => {
    const unnamed = build === 'flat codes' ? undefined : unnamedWith[body];
    const wire = await startWire(({ head, socket }) => {
      const isHidden = unnamed !== undefined && head.startsWith('POST /rest/api/');
      const said = isHidden ? httpAnswer(unnamed, nested(v3('ACCESSDENIEDEXCEPTION'))) : undefined;
      socket.end(said ?? httpAnswer(status, body, headers));
    });
    const { rest } = openHarness({ portals: [originOf(wire.origin)] });
    const result = await createMessenger({ rest, timeoutMs: 5_000 }).send({
      credential: { kind: 'webhook', portal: originOf(wire.origin), webhookUserId: '1', secret: new Secret('hush') },
      key: 'key.1',
      request: '{"fields":{"taskId":51,"text":"hello"}}',
      leaveWithinMs: 5_000,
    });
    expect(result).toEqual({ kind: 'failed', failure, left: true, sinceLeftMs: expect.any(Number) });
    expect(ruleOf(failure)).toBe(rule);
    const asks = unnamed !== undefined || isUnexplained(status, body);
    const called = wire.requests.map(({ head }) => /^POST \/rest\/(?:api\/)?1\/hush\/(\S+)/.exec(head)?.[1]);
    expect(called).toEqual(['tasks.task.chat.message.send', ...(asks ? ['profile'] : [])]);
  });
});

describe('an answer of a portal', () => {
  it.each([
    ['REST 3.0', nested(v3('IDEMPOTENCYKEYREUSEDEXCEPTION'))],
    ['flat', flat(v3('IDEMPOTENCYKEYREUSEDEXCEPTION'))],
  ])('says that the key was used before, in the %s shape', async (_, body) => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(422, body)));
    const { rest } = openHarness({ portals: [originOf(wire.origin)] });
    const result = await createMessenger({ rest, timeoutMs: 5_000 }).send({
      credential: { kind: 'webhook', portal: originOf(wire.origin), webhookUserId: '1', secret: new Secret('hush') },
      key: 'key.1',
      request: '{"fields":{}}',
      leaveWithinMs: 5_000,
    });
    expect(result).toEqual({ kind: 'key-reused' });
  });
});

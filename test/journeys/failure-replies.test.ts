import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/bitrix24/faults/faults.ts';
import { type BuildGeneration, buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { objectAt, objectsAt, textAt } from '../../src/sandbox/slack/json.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { type NoticeHarness, openNoticeHarness } from '../support/harness.ts';

/** What is read, block by block and line by line. */
type Texts = { readonly en: readonly string[]; readonly ru: readonly string[] };
type Shape = 'flat' | 'v3';

const v3 = (name: string) => `BITRIX_REST_V3_EXCEPTION_${name}EXCEPTION`;
const error = (code: string, status: number, shape: Shape = 'flat'): Fault => ({
  kind: 'error',
  code,
  status,
  shape,
  moment: 'before',
});

function refusedField(field: string | undefined): Fault {
  const validation = field === undefined ? {} : { validation: [{ field, message: 'Task chat not found' }] };
  const code = v3('VALIDATION_REQUESTVALIDATION');
  const body = JSON.stringify({ error: { code, message: 'Task chat not found', ...validation } });
  return { kind: 'raw', status: 400, body };
}

/** One row per row of the failure table, and more where a row has several forms. The name is the key of its texts. */
const rows: Readonly<Record<string, Fault>> = {
  'a field is refused': error(v3('VALIDATION_DTOVALIDATION'), 400, 'v3'),
  'a request is refused': error(v3('VALIDATION_REQUESTVALIDATION'), 400, 'v3'),
  'the number of the task is refused': refusedField('fields.taskId'),
  'the text is refused': refusedField('fields[text]'),
  'no field is named': refusedField(undefined),
  'the body is not JSON': error(v3('INVALIDJSON'), 400, 'v3'),
  'a field is unknown': error(v3('UNKNOWNDTOPROPERTY'), 400, 'v3'),
  'another v3 refusal': error(v3('LOGIC'), 400, 'v3'),
  'no such entity': error(v3('ENTITYNOTFOUND'), 400, 'v3'),
  'access denied with 403': error(v3('ACCESSDENIED'), 403, 'v3'),
  'access denied with 400': error(v3('ACCESSDENIED'), 400, 'v3'),
  'access denied with 401': error(v3('ACCESSDENIED'), 401, 'v3'),
  'no authorisation found': error('NO_AUTH_FOUND', 401),
  'invalid credentials': error('INVALID_CREDENTIALS', 403),
  'authorisation error': error('authorization_error', 401),
  'application not found': error('APPLICATION_NOT_FOUND', 401),
  'invalid token': error('invalid_token', 401),
  'another 401': error('SOMETHING', 401),
  'expired token': error('expired_token', 401),
  'authorisation server unreachable': error('CONNECTION_ERROR', 401),
  'insufficient scope': error('insufficient_scope', 403),
  'insufficient scope with 401': error('insufficient_scope', 401),
  'insufficient scope, v3': error(v3('INSUFFICIENTSCOPE'), 403, 'v3'),
  'application not allowed': error('user_access_error', 403),
  'plan without REST': { kind: 'plan' },
  'payment required': error('PAYMENT_REQUIRED', 402),
  'licence, v3': error(v3('LICENSE'), 403, 'v3'),
  'blocked for overload': { kind: 'overloaded' },
  'portal closed': { kind: 'closed' },
  'https required': { kind: 'https' },
  'method not found': { kind: 'too-old', shape: 'flat' },
  'method not found, v3': { kind: 'too-old', shape: 'v3' },
  'too many requests': { kind: 'throttle' },
  '429 without a body': { kind: 'empty', status: 429, moment: 'before' },
  'operating time limit': error('OPERATION_TIME_LIMIT', 429),
  'operating time limit, v3': error(v3('RATELIMIT'), 429, 'v3'),
  'reset after executing': { kind: 'reset', moment: 'after' },
  'reset before executing': { kind: 'reset', moment: 'before' },
  'answer cut': { kind: 'cut' },
  '408': { kind: 'empty', status: 408, moment: 'after' },
  'HTML with 502': { kind: 'html', status: 502, moment: 'after' },
  'HTML with 504': { kind: 'html', status: 504, moment: 'after' },
  'HTML with 403': { kind: 'html', status: 403, moment: 'before' },
  'HTML with 404': { kind: 'html', status: 404, moment: 'before' },
  'HTML with 405': { kind: 'html', status: 405, moment: 'before' },
  'HTML with 413': { kind: 'html', status: 413, moment: 'before' },
  'an empty code': error('', 403),
  'HTML with 200': { kind: 'html', status: 200, moment: 'after' },
  'empty with 200': { kind: 'empty', status: 200, moment: 'after' },
  'internal server error': error('INTERNAL_SERVER_ERROR', 500),
  'unexpected answer': error('ERROR_UNEXPECTED_ANSWER', 500),
  'internal error, v3': error(v3('INTERNAL_INTERNAL'), 500, 'v3'),
  'another 5xx of Bitrix24': error('SOMETHING_ELSE', 503),
  'key reused on a first attempt': error(v3('IDEMPOTENCYKEYREUSED'), 422, 'v3'),
  'moved to another origin': { kind: 'moved', to: 'https://new.bitrix24.com' },
  'redirected to https': { kind: 'moved', to: 'https://127.0.0.1' },
  'redirected to another path': { kind: 'redirect', status: 302, to: '/auth/' },
  'batch not allowed': error('ERROR_BATCH_METHOD_NOT_ALLOWED', 405),
  'batch too long': error('ERROR_BATCH_LENGTH_EXCEEDED', 400),
  'no manifest': error('ERROR_MANIFEST_IS_NOT_AVAILABLE', 404),
  'an unknown 4xx': error('TEAPOT', 418),
};

const expected: Readonly<Record<string, Texts>> = JSON.parse(
  readFileSync(new URL('../fixtures/replies/failures.json', import.meta.url), 'utf8'),
);

function expectedFor(name: string): Texts {
  const texts = expected[name];
  if (!texts) {
    throw new Error(`Nobody knows what is to be read about "${name}"`);
  }
  return texts;
}

/** Our own pacing would hide what the portal says. */
async function openFrankHarness(build: BuildGeneration): Promise<NoticeHarness> {
  const harness = await openNoticeHarness({ portal: { build }, settings: { BITRIX24_RATE: '1000/1000' } });
  await harness.link('anna', 7, ['task', 'tasks']);
  await harness.chooseLanguage('bob', 'ru');
  await harness.link('bob', 9, ['task', 'tasks']);
  return harness;
}

describe.each(buildGenerations)('what a sender reads when the portal, of the build %s, answers with', (build) => {
  it.each(Object.entries(rows))('%s', async (name, fault) => {
    const texts = expectedFor(name);
    const harness = await openFrankHarness(build);
    harness.portal.faults.set(fault);
    expect(await readReplies(harness, texts)).toEqual(texts);
  });

  it('nothing, because it cannot be reached', async () => {
    const texts = expectedFor('unreachable');
    const harness = await openFrankHarness(build);
    await harness.portal.down();
    expect(await readReplies(harness, texts)).toEqual(texts);
  });
});

/** The first thing that the app says to each about a message. */
async function readReplies(harness: NoticeHarness, { en: expectedText }: Texts): Promise<Texts> {
  await Promise.all(['anna', 'bob'].map((name) => harness.slack.as(name).command('/b24task 51 hello')));
  if (/\*Not (?:sent yet\*|confirmed yet)/.test(expectedText.join())) {
    await harness.noticesAfter(2);
  }
  const [en, ru] = await Promise.all([readReply(harness, 'anna'), readReply(harness, 'bob')]);
  return { en, ru };
}

/** Addresses and moments are replaced by their names. */
async function readReply({ slack, portal }: NoticeHarness, name: string): Promise<readonly string[]> {
  const reply = await slack.waitFor(name, ({ blocks }) => JSON.stringify(blocks).includes('hello'));
  return linesOf(reply).map((line) =>
    line
      .replaceAll(portal.origin, 'PORTAL')
      .replaceAll(new URL(portal.origin).host, 'HOST')
      .replace(/<!date\^\d+\^[^>]*>/g, 'TIME')
      .replace(nextTry, ''),
  );
}

/** Told only until it is due, and that depends on when the clock was moved. */
const nextTry = / \(TIME\)|^(?:Next try: TIME|It goes out by itself|Следующая попытка: TIME|Оно уйдёт само)\. /;

/** What a message shows, buttons included. */
function linesOf({ blocks }: SeenMessage): readonly string[] {
  return blocks.flatMap((block) => {
    const elements = objectsAt(block, 'elements');
    const labels = elements.map((element) => textAt(objectAt(element, 'text'), 'text'));
    return block['type'] === 'actions'
      ? [labels.map((label) => `[${label}]`).join(' ')]
      : [textAt(objectAt(block, 'text'), 'text'), ...elements.map((element) => textAt(element, 'text'))]
          .filter((text) => text !== '')
          .flatMap((text) => text.split('\n'));
  });
}

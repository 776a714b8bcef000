import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/bitrix24/faults/faults.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { quickTiming } from '../support/harness.ts';
import { patientSlack } from '../support/patient-slack.ts';
import { formOf, suggestionsOf } from './composing.ts';

/** What must be read in English and in Russian: in the link form and from the doctor, and in the search field. */
type Row = readonly [name: string, fault: Fault, said: readonly [RegExp, RegExp], searched: readonly [RegExp, RegExp]];

const page = (status: number): Fault => ({ kind: 'html', status, moment: 'before' });
const raw = (status: number, body: string): Fault => ({ kind: 'raw', status, body });
const error = (code: string, status: number, shape: 'flat' | 'v3' = 'flat'): Fault => ({
  kind: 'error',
  code,
  status,
  shape,
  moment: 'before',
});

type Expected = readonly [said: readonly [RegExp, RegExp], searched: readonly [RegExp, RegExp]];

const inFront = (status: number): Expected => [
  [
    new RegExp(`^Something in front of HOST, .*\\(HTTP ${status}\\).* ask your (?:Bitrix24 )?administrator`, 'i'),
    new RegExp(`^Запрос не пропустил .* перед HOST.*\\(HTTP ${status}\\).*администратор`, 'i'),
  ],
  [/^A proxy or firewall refused it before HOST\. Ask your/, /^Прокси или экран не пропускает к HOST\. Спросите/],
];
const otherwise: Expected = [
  [
    /^HOST answered, but not as Bitrix24 does\. .*ask your Bitrix24 administrator/,
    /^HOST ответил, но это не ответ Битрикс24\. .*админ/,
  ],
  [/^HOST answers, but not as Bitrix24\. Ask your/, /^HOST отвечает не как Битрикс24\. Спросите/],
];
const rejected: Expected = [
  [
    /webhook|no longer accepts your connection\. Connect again/,
    /вебхук|больше не принимает ваше подключение\. Подключитесь/,
  ],
  [
    /^HOST no longer accepts your connection\. Connect again/,
    /^HOST больше не принимает ваше подключение\. Подключитесь/,
  ],
];
const permissions: Expected = [
  [/lacks the permissions task and tasks\. (?:Add|Connect)/, /(?:нет|хватает) прав task и tasks/],
  [
    /^Your connection may not search for tasks\. Give it the permission task/,
    /^Вашему подключению нельзя искать .* право task/,
  ],
];
const closed: Expected = [
  [/^HOST is closed\. .*“Temporary closure of the public part.*Ask your/, /^HOST закрыт.*публичн.*администратор/],
  [/^HOST is closed\. Ask your/, /^HOST закрыт\. Спросите/],
];
const quiet: readonly [RegExp, RegExp] = [/^HOST does not answer right now\. Only what/, /^HOST сейчас не отвечает\. /];

const rows: readonly Row[] = [
  ...[403, 404, 405, 407, 413].map((status): Row => [`a page with ${status}`, page(status), ...inFront(status)]),
  ['an empty code', raw(403, '{"error":""}'), ...inFront(403)],
  ['a sentence as code', raw(403, '{"error":"Blocked by policy"}'), ...inFront(403)],
  ['a page', page(200), ...otherwise],
  ['a warning of PHP', raw(200, '<br />\n<b>Warning</b>: x'), ...otherwise],
  ['a warning of PHP before an answer', raw(200, '<b>Warning</b>: x{"result":true}'), ...otherwise],
  ['nothing', raw(200, ''), ...otherwise],
  ['an empty code with 200', raw(200, '{"error":""}'), ...otherwise],
  ['an empty code with 500', raw(500, '{"error":""}'), ...otherwise],
  ['a login page', { kind: 'redirect', status: 302, to: '/auth/' }, ...otherwise],
  ['no authorisation', error('NO_AUTH_FOUND', 401), ...rejected],
  ['invalid credentials with 401', error('INVALID_CREDENTIALS', 401), ...rejected],
  [
    'invalid credentials with 403, which has two causes',
    error('INVALID_CREDENTIALS', 403),
    [
      /webhook was deleted, or its owner lacks the rights|or you lack the rights there/,
      /удал.*прав|или у вас там нет прав/,
    ],
    rejected[1],
  ],
  ['an expired token', error('expired_token', 401), [/has expired\. /, /истёк|закончился|истек/], rejected[1]],
  ['insufficient scope with 401', error('insufficient_scope', 401), ...permissions],
  ['insufficient scope with 403', error('insufficient_scope', 403), ...permissions],
  ['a closed portal', { kind: 'closed' }, ...closed],
  [
    'an authorisation server that is down',
    error('CONNECTION_ERROR', 401),
    [/^HOST cannot check .* right now\. .*in a minute/, /^HOST сейчас не может проверить/],
    quiet,
  ],
  [
    'an application that is not allowed',
    error('user_access_error', 403),
    [
      /does not let you use this application\. Ask your Bitrix24 administrator to allow/,
      /не разрешает вам .*администратор/,
    ],
    [/^HOST does not let you use this app\. Ask/, /^HOST не пускает вас в это приложение\. Спросите/],
  ],
  [
    'an application that is gone',
    error('APPLICATION_NOT_FOUND', 401),
    [/application .* is not there any more, or its secret is wrong\. Ask/, /[Пп]риложени.*секрет.*администратор/],
    [/^The application of this app is gone from HOST\. Ask/, /^На HOST больше нет нужного приложения\. Спросите/],
  ],
  [
    'no plan',
    { kind: 'plan' },
    [/^The Bitrix24 plan of HOST does not include .*\. Ask your/, /тариф.*администратор/i],
    [/^The plan of HOST has no REST API\. Ask/, /^В тарифе HOST нет REST API\. Спросите/],
  ],
  [
    'a blocked API',
    { kind: 'overloaded' },
    [/blocked the REST API of HOST because of overload\. .*support/, /заблокировал REST API .*поддержк/],
    [/^Bitrix24 has blocked the REST API of HOST\. /, /^Битрикс24 заблокировал REST API HOST\. /],
  ],
  [
    'https only',
    { kind: 'https' },
    [/^HOST accepts https addresses only.* https\./, /^HOST принимает только адреса https.*https/],
    [/^HOST accepts https addresses only\. Connect again/, /^HOST принимает только адреса https\. Подключитесь/],
  ],
  [
    'a redirect to https',
    { kind: 'moved', to: 'https://127.0.0.1' },
    [/^HOST accepts https addresses only, at 127\.0\.0\.1.* https\./, /^HOST принимает только адреса https \(127/],
    [/^HOST accepts https addresses only\. Connect again/, /^HOST принимает только адреса https\. Подключитесь/],
  ],
  [
    'a redirect',
    { kind: 'moved', to: 'https://new.bitrix24.com' },
    [/^HOST has moved to new\.bitrix24\.com\. Make/, /^HOST переехал на new\.bitrix24\.com\. /],
    [/^HOST has another address now\. Connect again there/, /^У HOST теперь другой адрес\. Подключитесь там/],
  ],
  [
    'a gateway without an answer',
    page(502),
    [/did not answer\. Try again|broke off before an answer came\. /, /не ответил\. |прервалась раньше/],
    quiet,
  ],
  [
    'a fault of its own',
    error('INTERNAL_SERVER_ERROR', 500),
    [/^HOST reported a fault of its own \(INTERNAL_SERVER_ERROR\)\. /, /^HOST сообщил о собственной ошибке/],
    [/^HOST reported a fault of its own\. Search again/, /^HOST сообщил о собственной ошибке\. Поищите/],
  ],
  [
    'too many requests',
    { kind: 'empty', status: 429, moment: 'before' },
    [/^HOST is getting more requests than it takes at once\. .*in a minute/, /^HOST получает больше запросов/],
    quiet,
  ],
];

describe.each(buildGenerations)('a portal of the build %s that answers with', (build) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-answers-'));
  let harness: Sandbox;
  beforeAll(async () => {
    harness = await startSandbox({
      slack: patientSlack,
      portal: { build, rate: { burst: 100_000, perSecond: 100_000 } },
      settings: { DATA_DIR: dataDir, BITRIX24_RATE: '1000/1000' },
      overrides: { timing: quickTiming },
    });
    await harness.link('anna', 7);
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
  });
  afterAll(async () => {
    await harness.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(rows)('%s has it named in the link form, by the doctor and in the search field', async (...row) => {
    const [name, fault, said, searched] = row;
    harness.portal.faults.set(fault);
    for (const [index, person] of [harness.slack.as('anna'), harness.slack.as('bob')].entries()) {
      const [link, search] = [await linkWith(person), await searchFor(person, `${name} ${index}`)];
      expect(link).toMatch(said[index] ?? /never/);
      expect(search).toMatch(searched[index] ?? /never/);
      expect(await examine(person)).toMatch(new RegExp(`(?:not OK|не в порядке)\\.\\* ${source(said[index])}`, 'i'));
      expect(`${link} ${search}`).not.toMatch(/none|undefined|\(\)|mistake of the app|ошибка приложения/);
    }
    harness.portal.faults.clear();
    expect(harness.slack.complaints).toEqual([]);
  });

  it('Retry-After gets no calls until then', async () => {
    const anna = harness.slack.as('anna');
    harness.portal.faults.set({ kind: 'raw', status: 429, body: '<html></html>', headers: { 'retry-after': '30' } });
    expect(await searchFor(anna, 'first')).toMatch(quiet[0]);
    harness.portal.faults.clear();
    const before = harness.portal.requests.length;
    expect(await searchFor(anna, 'second')).toMatch(quiet[0]);
    expect(await linkWith(anna)).toMatch(
      /^HOST is getting more requests than it takes at once\. Try again in a minute/,
    );
    expect(harness.portal.requests.length).toBe(before);
  });

  async function linkWith(person: SandboxPerson): Promise<string> {
    await person.command('/b24task link');
    await person.waitForView(() => true);
    const { errors } = await person.submit({ 'webhook-url': harness.webhookFor(7) });
    await person.closeView({ all: true });
    return withoutHost(errors['webhook-url'] ?? '');
  }

  async function searchFor(person: SandboxPerson, words: string): Promise<string> {
    await person.command('/b24task');
    await formOf(person);
    const note = (await suggestionsOf(person, words)).at(-1);
    await person.closeView({ all: true });
    return withoutHost(`${note?.label}. ${note?.texts.join(' ')}`);
  }

  async function examine(person: SandboxPerson): Promise<string> {
    const after = person.seen().at(-1)?.order ?? 0;
    await person.command('/b24task doctor');
    return withoutHost((await person.waitFor(({ text }) => text.includes('\n'), { after })).text);
  }

  function withoutHost(text: string): string {
    return text.replaceAll(new URL(harness.portal.origin).host, 'HOST');
  }
});

/** The expression without its anchor, in the place of a part. */
function source(expression: RegExp | undefined): string {
  const text = expression?.source ?? 'never';
  return text.startsWith('^') ? text.slice(1) : `[^\\n]*(?:${text})`;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, parseTask } from '../../src/slack/receiving/parse-command.ts';

const acme = 'https://acme.bitrix24.com';
const toTask51 = (message: string) => ({ kind: 'send', task: { kind: 'number', task: 51 }, message });
const toLinked51 = (message: string) => ({ kind: 'send', task: { kind: 'link', portal: acme, task: 51 }, message });
const wrong = (problem: object) => ({ kind: 'wrong', problem });

describe('the text of the command', () => {
  it.each([
    ['51 hello', toTask51('hello')],
    ['#51 hello', toTask51('hello')],
    ['  51   hello  ', toTask51('hello')],
    ['51\nhello', toTask51('hello')],
    ['51 one\n\n  two\nthree', toTask51('one\n\n  two\nthree')],
    ['51 a &amp;lt; b &lt;c&gt;', toTask51('a &amp;lt; b &lt;c&gt;')],
    ['51 <@U0BOB00000|bob> look', toTask51('<@U0BOB00000|bob> look')],
    ['<#C0123456789|51> hello', toTask51('hello')],
    ['51 52', toTask51('52')],
    ['51 help', toTask51('help')],
  ])('names the task by number: %j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it.each([
    '/company/personal/user/1/tasks/task/view/51/',
    '/company/personal/user/1/tasks/task/view/51',
    '/company/personal/user/1/tasks/task/edit/51/',
    '/company/personal/user/1/tasks/task/view/51/?ta_sec=tasks&amp;ta_el=title_click',
    '/company/personal/user/1/tasks/task/view/51/#com12',
    '/workgroups/group/3/tasks/task/view/51/',
    '/spaces/group/3/tasks/task/view/51/',
    '/extranet/contacts/personal/user/1/tasks/task/view/51/',
    '/extranet/workgroups/group/3/tasks/task/view/51/',
    '/site/contacts/personal/user/1/tasks/task/view/51/',
    '/task/comments/51/',
  ])('names the task by a link to %s', (path) => {
    for (const link of [`<${acme}${path}>`, `<${acme}${path}|my task>`, `${acme}${path}`]) {
      expect(parseCommand(`${link} hello`)).toEqual(toLinked51('hello'));
    }
  });

  it('names the portal of the link, whatever else its address says', () => {
    const path = '/company/personal/user/1/tasks/task/view/51/';
    const portalOf = (address: string) => parseCommand(`<${address}${path}> hi`);
    expect(portalOf('https://ACME.bitrix24.com:443')).toMatchObject({ task: { portal: acme } });
    expect(portalOf('https://acme.bitrix24.com@evil.example')).toMatchObject({
      task: { portal: 'https://evil.example' },
    });
    expect(portalOf('http://10.0.0.5:8080')).toMatchObject({ task: { portal: 'http://10.0.0.5:8080' } });
  });

  it.each([
    ['link', 'link'],
    ['unlink', 'unlink'],
    ['logout', 'unlink'],
    ['signout', 'unlink'],
    ['connect', 'link'],
    ['Disconnect', 'unlink'],
    [' status ', 'status'],
    ['doctor', 'doctor'],
    ['Help', 'help'],
  ])('is the command %j', (text, kind) => {
    expect(parseCommand(text)).toEqual({ kind });
  });

  it.each([
    'help me with this',
    'link this please',
    'status of the release',
    'unlink 51',
    'default off please',
    'default 51 52',
    'default settings',
    'defaults',
    '-51 hello',
    '5.1 hello',
    '51st hello',
    '<@U051|51> hello',
    '<#C051|general> hello',
    `<${acme}/company/personal/user/1/tasks/task/view/51/>hello`,
    'https://example.com hello',
    '<https://example.com/report|report> is ready',
    'https:// hello',
    '<mailto:a@example.com|51> hello',
  ])('is a message for the default task of the channel, and not a command: %j', (text) => {
    expect(parseCommand(text)).toEqual({ kind: 'send-default', message: text });
  });

  it.each(['', ' \n '])('asks for the window when it is empty: %j', (text) => {
    expect(parseCommand(text)).toEqual({ kind: 'compose' });
  });

  it.each([
    ['default', 'show'],
    [' Default ', 'show'],
    ['default off', 'off'],
    ['default  OFF', 'off'],
    ['default 51', { kind: 'number', task: 51 }],
    ['default #51', { kind: 'number', task: 51 }],
    [`default <${acme}/company/personal/user/1/tasks/task/view/51/>`, { kind: 'link', portal: acme, task: 51 }],
  ])('is about the default task of the channel: %j', (text, change) => {
    expect(parseCommand(text)).toEqual({ kind: 'default', change });
  });

  it.each([
    ['51', { kind: 'no-message', task: 51 }],
    ['#51  ', { kind: 'no-message', task: 51 }],
    [`<${acme}/company/personal/user/1/tasks/task/view/51/>`, { kind: 'no-message', task: 51 }],
    ['0 hello', { kind: 'bad-number', word: '0' }],
    ['051 hello', { kind: 'bad-number', word: '051' }],
    ['99999999999999999 hello', { kind: 'bad-number', word: '99999999999999999' }],
    ['51: hello', { kind: 'bad-number', word: '51:' }],
    ['#51, hello', { kind: 'bad-number', word: '51,' }],
    ['default 0', { kind: 'bad-number', word: '0' }],
    [`default ${acme}/company/personal/user/1/tasks/`, { kind: 'not-a-task-link' }],
    [`<${acme}/company/personal/user/1/tasks/> hello`, { kind: 'not-a-task-link' }],
    [`<${acme}/company/personal/user/1/tasks/task/view/0/> hello`, { kind: 'not-a-task-link' }],
  ])('is wrong, and says how: %j', (text, problem) => {
    expect(parseCommand(text)).toEqual(wrong(problem));
  });

  it.each([
    `link ${acme}/rest/1/planted-secret/`,
    `link <${acme}/rest/1/planted-secret/>`,
    `<${acme}/rest/1/planted-secret/|my webhook>`,
    `51 here it is: ${acme}/rest/api/1/planted-secret/profile.json`,
    '51 acme.bitrix24.com/rest/1/planted-secret',
    `51 ${acme}/REST/1/planted-secret/`,
    '51 https%3A%2F%2Facme.bitrix24.com%2Frest%2F1%2Fplanted-secret%2F',
    '51 https%3A%2F%2Facme.bitrix24.com%2Frest%2Fapi%2F1%2Fplanted-secret%2F',
    '51 https%3a%2f%2facme.bitrix24.com%2frest%2fapi%2f1%2fplanted-secret',
    '51 https%3A%2F%2FACME.BITRIX24.COM%2FREST%2FAPI%2F1%2FPLANTED-SECRET',
    `51 ${acme}/rest%2Fapi/1%2Fplanted-secret`,
    `51 ${acme}/rest/api%2f1/planted-secret`,
    `51 <${acme}/rest%2Fapi%2F1%2Fplanted-secret|my webhook>`,
    `51 <https://example.com/|${acme}/rest/api/1/planted-secret>`,
    `51 <https://example.com/?next=https%3A%2F%2Facme.bitrix24.com%2Frest%2F1%2Fplanted-secret&amp;x=1|here>`,
    `51 (${acme}/rest/12345678/planted-secret)`,
    `default ${acme}/rest/1/planted-secret/`,
    '51 https%253A%252F%252Facme.bitrix24.com%252Frest%252Fapi%252F1%252Fplanted-secret',
    '51 https:\\\\acme.bitrix24.com\\rest\\1\\planted-secret',
    '51 https:%5C%5Cacme.bitrix24.com%5Crest%5Capi%5C1%5Cplanted-secret',
    `51 ${acme}//rest//api//1//planted-secret`,
  ])('is refused when a webhook URL is in it: %j', (text) => {
    const command = parseCommand(text);
    expect(command).toEqual({ kind: 'webhook-url' });
    expect(JSON.stringify(command)).not.toContain('planted-secret');
  });

  it.each([
    '51 see the rest/1 of it',
    '51 the rest is in 1/2 of the cases',
    '51 https://example.com/rest/of/1/story',
    '51 https://example.com/restaurant/1/menu',
    '51 https://example.com/rest/1/',
    '51 https%3A%2F%2Fexample.com%2Frest%2Fapi%2Fv1%2Fusers',
  ])('goes out where the address in it is no webhook: %j', (text) => {
    expect(parseCommand(text)).toEqual(toTask51(text.slice('51 '.length)));
  });

  it('never fails, and names no task but the one that its first word names', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.nat().map(String),
      fc.constantFrom(
        '<',
        '>',
        '|',
        '#',
        ' ',
        '\n',
        '&amp;',
        `<${acme}/`,
        '/tasks/task/view/',
        'help',
        '<#C1|',
        'https://',
      ),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const command = parseCommand(text);
        if (command.kind !== 'send') {
          return;
        }
        const first = /^(?:<[^<>]*>|\S+)/.exec(text.trim())?.[0] ?? '';
        expect(first).toMatch(new RegExp(`(?:^|[#|/])${command.task.task}(?:$|[|>/?#])`));
        expect(command.message).not.toBe('');
        expect(text).toContain(command.message);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['51', { kind: 'number', task: 51 }],
    [' #51 ', { kind: 'number', task: 51 }],
    [`${acme}/workgroups/group/3/tasks/task/view/51/`, { kind: 'link', portal: acme, task: 51 }],
    ['51 report', undefined],
    ['051', undefined],
    ['report', undefined],
    ['https://example.com/', undefined],
    ['', undefined],
  ])('that is typed into a search names a task only when it is nothing else: %j', (text, task) => {
    expect(parseTask(text)).toEqual(task);
  });

  it('takes work in proportion to its length, whatever is in it', () => {
    // Time of this processor, which a busy machine does not make longer; in proportion to the square it would be minutes.
    const started = process.cpuUsage();
    for (const unit of ['<', '<https://a|', '51 ', '/rest/', '#', ' \n', '&amp;']) {
      parseCommand(unit.repeat(100_000));
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(10_000);
  });
});

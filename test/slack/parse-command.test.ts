import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, parseTask } from '../../src/slack/receiving/parse-command.ts';

const acme = 'https://acme.bitrix24.com';
const toTask51 = (message: string) => ({ kind: 'send', task: { kind: 'number', task: 51 }, message });
const toLinked51 = (message: string) => ({ kind: 'send', task: { kind: 'link', portal: acme, task: 51 }, message });

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
    ['*51* hello', toTask51('hello')],
    ['_51_ hello', toTask51('hello')],
    ['~51~ hello', toTask51('hello')],
    ['`51` hello', toTask51('hello')],
    ['*_51_* hello', toTask51('hello')],
    ['*51 all of it*', toTask51('*all of it*')],
    ['`51 all of it`', toTask51('`all of it`')],
    ['"51 all of it"', toTask51('"all of it"')],
    ['*51:* hello', toTask51('hello')],
    ['\u200e51\u200b hello', toTask51('hello')],
    ['\u2060\ufeff5\u00ad1\u200f hello', toTask51('hello')],
    ['51\u00a0hello', toTask51('hello')],
    ['51\u202fhello', toTask51('hello')],
    ['51: hello', toTask51('hello')],
    ['51:hello', toTask51('hello')],
    ['51:<@U0BOB00000> hello', toTask51('<@U0BOB00000> hello')],
    ['51, hello', toTask51('hello')],
    ['51; hello', toTask51('hello')],
    ['51. hello', toTask51('hello')],
    ['51) hello', toTask51('hello')],
    ['51— hello', toTask51('hello')],
    ['51 — hello', toTask51('hello')],
    ['51 : hello', toTask51('hello')],
    ['51 - one\n- two', toTask51('- one\n- two')],
    ['№51 hello', toTask51('hello')],
    ['№ 51 hello', toTask51('hello')],
    ['N°51 hello', toTask51('hello')],
    ['# 51 hello', toTask51('hello')],
    ['(51) hello', toTask51('hello')],
    ['[51] hello', toTask51('hello')],
    ['"51" hello', toTask51('hello')],
    ['«51» hello', toTask51('hello')],
    ['„51“ hello', toTask51('hello')],
    ['»51« hello', toTask51('hello')],
    ['‘#51’: hello', toTask51('hello')],
    ['&gt; 51 hello', toTask51('hello')],
    ['&lt;51&gt; hello', toTask51('hello')],
    ['５１ hello', toTask51('hello')],
    ['＃𝟓𝟏： hello', toTask51('hello')],
    ['*<#C0123456789|51>*, hello', toTask51('hello')],
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
    const bare = acme.replace('https://', '');
    const links = [`<${acme}${path}>`, `<${acme}${path}|my task>`, `${acme}${path}`, `${bare}${path}`];
    for (const link of links) {
      for (const dressed of [link, `*${link}*`, `"${link}"`, `${link},`, `(${link}):`, `\u200e${link}`]) {
        expect(parseCommand(`${dressed} hello`)).toEqual(toLinked51('hello'));
      }
    }
  });

  it('names the task by an address without its scheme, as Slack completes it and as it may leave it', () => {
    const path = '/company/personal/user/1/tasks/task/view/51/';
    const plain = { kind: 'link', portal: 'http://acme.bitrix24.com', task: 51 };
    const completed = `<http://acme.bitrix24.com${path}|acme.bitrix24.com${path}>`;
    expect(parseCommand(`${completed} hello`)).toEqual({ kind: 'send', task: plain, message: 'hello' });
    expect(parseCommand(`10.0.0.5:8080${path} hello`)).toMatchObject({ task: { portal: 'https://10.0.0.5:8080' } });
    expect(parseCommand(`<${acme}${path}>hello`)).toEqual(toLinked51('hello'));
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
    ['link', 'connect'],
    ['connect', 'connect'],
    ['подключить', 'connect'],
    ['unlink', 'disconnect'],
    ['disconnect', 'disconnect'],
    ['logout', 'disconnect'],
    ['signout', 'disconnect'],
    ['отключить', 'disconnect'],
    ['?', 'help'],
    ['？', 'help'],
    ['помощь', 'help'],
    ['Справка', 'help'],
    ['статус', 'status'],
    ['диагностика', 'doctor'],
    ['*help*', 'help'],
    ['_status_', 'status'],
    ['`doctor`', 'doctor'],
    ['“help”', 'help'],
    ['\u200ehelp\u200b', 'help'],
    ['*_статус_*', 'status'],
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
    'hello',
    'done',
    'like',
    'language barrier',
    ':100: well done',
    ':1234: of them',
    '<@U051|51> hello',
    '<#C051|general> hello',
    'https://example.com hello',
    '<https://example.com/report|report> is ready',
    'https:// hello',
    '<mailto:a@example.com|me> hello',
    'about 51 hello',
    '... hello',
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
    ['default 51.', { kind: 'number', task: 51 }],
    ['default *№51*,', { kind: 'number', task: 51 }],
    ['*default* 51', { kind: 'number', task: 51 }],
    ['`default off`', 'off'],
    ['умолчание 51', { kind: 'number', task: 51 }],
    ['умолчание выкл', 'off'],
    [`default <${acme}/company/personal/user/1/tasks/task/view/51/>`, { kind: 'link', portal: acme, task: 51 }],
  ])('is about the default task of the channel: %j', (text, change) => {
    expect(parseCommand(text)).toEqual({ kind: 'default', change });
  });

  it.each([
    ['0 hello', { kind: 'bad-number', word: '0', about: 'message' }],
    ['051 hello', { kind: 'bad-number', word: '051', about: 'message' }],
    ['99999999999999999 hello', { kind: 'bad-number', word: '99999999999999999', about: 'message' }],
    ['-51 hello', { kind: 'bad-number', word: '-51', about: 'message' }],
    ['- 51 hello', { kind: 'bad-number', word: '- 51', about: 'message' }],
    ['5.1 hello', { kind: 'bad-number', word: '5.1', about: 'message' }],
    ['1,234 hello', { kind: 'bad-number', word: '1,234', about: 'message' }],
    ['15:30 hello', { kind: 'bad-number', word: '15:30', about: 'message' }],
    ['51/2 hello', { kind: 'bad-number', word: '51/2', about: 'message' }],
    ['task 51 hello', { kind: 'bad-number', word: 'task 51', about: 'message' }],
    ['Task #51: hello', { kind: 'bad-number', word: 'task #51', about: 'message' }],
    ['task51 hello', { kind: 'bad-number', word: 'task51', about: 'message' }],
    ['*задача № 51* привет', { kind: 'bad-number', word: 'задача # 51', about: 'message' }],
    ['51% hello', { kind: 'bad-number', word: '51%', about: 'message' }],
    ['@51 hello', { kind: 'bad-number', word: '@51', about: 'message' }],
    [':51: hello', { kind: 'bad-number', word: ':51:', about: 'message' }],
    ['51st hello', { kind: 'bad-number', word: '51st', about: 'message' }],
    ['51.txt hello', { kind: 'bad-number', word: '51.txt', about: 'message' }],
    ['٥١ hello', { kind: 'bad-number', word: '٥١', about: 'message' }],
    ['<https://example.com/|51> hello', { kind: 'bad-number', word: '<https://example.com/|51>', about: 'message' }],
    ['default 0', { kind: 'bad-number', word: '0', about: 'default' }],
    ['default 5.1', { kind: 'bad-number', word: '5.1', about: 'default' }],
    [`default ${acme}/company/personal/user/1/tasks/`, { kind: 'not-a-task-link', about: 'default' }],
    [`<${acme}/company/personal/user/1/tasks/> hello`, { kind: 'not-a-task-link', about: 'message' }],
    [`<${acme}/company/personal/user/1/tasks/task/view/0/> hello`, { kind: 'not-a-task-link', about: 'message' }],
    ['/company/personal/user/1/tasks/task/view/51/ hello', { kind: 'not-a-task-link', about: 'message' }],
    ['acme.bitrix24.com/company/tasks/ hello', { kind: 'not-a-task-link', about: 'message' }],
  ])('is wrong, and says how: %j', (text, problem) => {
    expect(parseCommand(text)).toEqual({ kind: 'wrong', problem, message: text });
  });

  it.each([
    ['hlep', 'help'],
    ['help!', 'help'],
    ['stats', 'status'],
    ['unlnik', 'unlink'],
    ['lnik', 'link'],
    ['conect', 'connect'],
    ['disconect', 'disconnect'],
    ['langauge', 'language'],
    ['defaults', 'default'],
    ['default of', 'default off'],
    ['defualt off', 'default off'],
    ['defalt 51', 'default 51'],
    ['langauge ru', 'language ru'],
    ['помошь', 'помощь'],
    ['*статсу*', 'статус'],
  ])('is nearly a command, and is asked about: %j', (text, meant) => {
    expect(parseCommand(text)).toEqual({ kind: 'nearly', meant, message: text });
  });

  it.each([
    ['51', { kind: 'number', task: 51 }],
    ['#51  ', { kind: 'number', task: 51 }],
    ['*№51*.', { kind: 'number', task: 51 }],
    [`<${acme}/company/personal/user/1/tasks/task/view/51/>`, { kind: 'link', portal: acme, task: 51 }],
  ])('asks for a task when it is nothing else: %j', (text, task) => {
    expect(parseCommand(text)).toEqual({ kind: 'show-task', task });
  });

  it.each([
    ['language', 'show'],
    ['язык', 'show'],
    ['language ru', 'ru'],
    ['язык русский', 'ru'],
    ['language *English*', 'en'],
    ['язык en', 'en'],
    ['language auto', 'auto'],
    ['язык авто', 'auto'],
    ['language eo', 'show'],
  ])('is about the language: %j', (text, change) => {
    expect(parseCommand(text)).toEqual({ kind: 'language', change });
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
        const start = text.slice(0, text.length - command.message.length + 1);
        expect(start.normalize('NFKC')).toContain(String(command.task.task));
        expect(command.message).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  const marks = [
    '*',
    '_',
    '~',
    '`',
    '"',
    "'",
    '(',
    ')',
    '[',
    ']',
    '«',
    '»',
    '„',
    '“',
    '”',
    '#',
    '№',
    ':',
    ';',
    ',',
    '.',
  ];
  const strange = ['—', '–', '-', '+', '/', '\\', '%', '$', '=', '|', '^', '!', '?', '@', '…', '•', '&gt;', '&lt;'];
  const unseen = ['\u200b', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad', '\ufe0f', '\u0000'];
  const blanks = [' ', '\u00a0', '\u202f', '\u3000', '\t'];
  const around = fc.array(fc.constantFrom(...marks, ...strange, ...unseen, ...blanks), { maxLength: 5 });
  const digits = fc.constantFrom('51', '５１', '5\u200b1', '٥١', '⁵¹', '051', '5.1', '51st');

  it('goes to the task whose number it begins with or nowhere, whatever stands around the number', () => {
    fc.assert(
      fc.property(around, digits, around, (before, number, after) => {
        const command = parseCommand(`${before.join('')}${number}${after.join('')} the draft`);
        if (command.kind !== 'wrong') {
          expect(command).toMatchObject({ kind: 'send', task: { kind: 'number', task: 51 } });
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('names the task in any usual notation, and nothing of that notation is sent', () => {
    const pairs = [
      ['*', '*'],
      ['_', '_'],
      ['`', '`'],
      ['~', '~'],
      ['"', '"'],
      ['«', '»'],
      ['(', ')'],
      ['', ''],
    ] as const;
    const inside = fc.constantFrom('51', '#51', '№51', '５１', '\u200e51', '51\u200b', '51.');
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.constantFrom(...pairs),
        inside,
        fc.constantFrom('', ':', ',', ';', '.', ')', '—', ' —', ' :'),
        fc.constantFrom(...blanks, '\n'),
        ([open, close], [openInner, closeInner], number, sign, blank) => {
          const text = `${open}${openInner}${number}${closeInner}${close}${sign}${blank}the draft`;
          expect(parseCommand(text)).toEqual(toTask51('the draft'));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['51', { kind: 'number', task: 51 }],
    [' #51 ', { kind: 'number', task: 51 }],
    ['*№51*.', { kind: 'number', task: 51 }],
    ['51\u200b', { kind: 'number', task: 51 }],
    ['acme.bitrix24.com/task/comments/51/', { kind: 'link', portal: acme, task: 51 }],
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
    for (const unit of [
      '<',
      '<https://a|',
      '51 ',
      '/rest/',
      '#',
      ' \n',
      '&amp;',
      '*51',
      '5',
      'a_',
      '51\u200b',
      'a  ',
    ]) {
      parseCommand(unit.repeat(100_000));
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(10_000);
  });
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { renderLogLine } from '../../src/sandbox/prompt/render-log-line.ts';
import { createSession } from '../../src/sandbox/prompt/session.ts';
import { createTerminal } from '../../src/sandbox/prompt/terminal.ts';
import { openHarness } from '../support/harness.ts';

const printedBy = new WeakMap<object, string[]>();

/** Everything that was printed since the last line was typed. */
function printedOf(harness: object): string {
  return printedBy.get(harness)?.join('\n') ?? '';
}

/** A session whose harness logs to the same place as it prints. */
async function openSession() {
  const printed: string[] = [];
  const harness = await openHarness('SQLite', {
    settings: { LOG_LEVEL: 'silent' },
    overrides: { logSink: { write: (line) => void printed.push(renderLogLine(line)) } },
  });
  printedBy.set(harness, printed);
  await harness.link('anna', 7);
  const session = createSession(harness, (shown) => void printed.push(shown));
  /** What typing a line leads to. */
  const enter = async (line: string): Promise<string> => {
    printed.length = 0;
    await session.enter(line);
    return printed.join('\n');
  };
  return { harness, enter };
}

const logLine = /^ {2}log \d\d:\d\d:\d\d\.\d{3} (\w+): (.+)$/gm;
const levelsIn = (shown: string) => new Set(Array.from(shown.matchAll(logLine), ([, level]) => level));

describe(':rename', () => {
  it('gives the portal another address, and what waits goes along once somebody has connected there', async () => {
    const { harness, enter } = await openSession();
    const old = harness.portal.origin;
    const shown = await enter(':rename');
    expect(harness.portal.origin).not.toBe(old);
    expect(shown).toContain(`the portal is at ${harness.portal.origin} now`);
    await enter('/b24task 51 before');
    // On a busy machine it is told first that it is being sent.
    await expect.poll(() => printedOf(harness)).toContain('has moved to');
    await harness.link('anna', 7);
    await enter('/b24task 51 after');
    // On a busy machine it is told first that it waits.
    await expect.poll(() => printedOf(harness)).toContain('Sent to task 51');
    expect(harness.portal.chat(51).map(({ text: words }) => words)).toEqual(['before', 'after']);
  });
});

describe(':log', () => {
  it('shows the log of the service from the level that is named', async () => {
    const { harness, enter } = await openSession();
    expect(levelsIn(await enter('/b24task 51 quietly'))).toEqual(new Set());
    expect(await enter(':log debug')).toContain('the service logs at debug');
    expect(levelsIn(await enter('/b24task doctor'))).toContain('debug');
    await enter(':log info');
    expect(levelsIn(await enter('/b24task 51 with some of it'))).toEqual(new Set(['info']));
    await enter(':log silent');
    expect(levelsIn(await enter('/b24task 51 quietly again'))).toEqual(new Set());
    await expect.poll(() => harness.portal.chat(51)).toHaveLength(3);
  });

  it('names the levels where there is no such level, and leaves the service as it is', async () => {
    const { harness, enter } = await openSession();
    const { service } = harness;
    expect(await enter(':log loud')).toContain('LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent');
    expect(harness.service).toBe(service);
    await enter('/b24task 51 hello');
    // On a busy machine it is told first that it waits.
    await expect.poll(() => printedOf(harness)).toContain('Sent to task 51');
  });

  it('is in the list of what can be typed', async () => {
    const { enter } = await openSession();
    expect(await enter(':help')).toMatch(/:log LEVEL +starts the service again/);
  });
});

describe(':chat', () => {
  it('shows the chat of a task as it is read on the web, on a phone and in notices', async () => {
    const { harness, enter } = await openSession();
    await enter('/b24task 51 some *bold* words');
    await expect.poll(() => harness.portal.chat(51)).toHaveLength(1);
    expect(await enter(':chat 51')).toContain('some *bold* words');
    expect(await enter(':chat mobile 51')).toContain('some *bold* words');
    expect(await enter(':chat web 51 markdown')).toContain('some *bold* words');
    expect(await enter(':chat push 51')).toMatch(/ some bold words\n +\(in the list\) some bold words/);
    expect(await enter(':chat 404')).toContain('(empty)');
  });
});

describe(':portal', () => {
  it('makes the portal answer as a build of either generation, or misbehave', async () => {
    const { harness, enter } = await openSession();
    expect(await enter(':portal build one-401')).toContain('portal: build one-401');
    const rejected = () => fetch(`${harness.portal.origin}/rest/api/profile`, { method: 'POST', body: '{}' });
    harness.portal.faults.next({ kind: 'plan' });
    expect((await rejected()).status).toBe(401);
    await enter(':portal build flat-codes');
    harness.portal.faults.next({ kind: 'plan' });
    expect((await rejected()).status).toBe(403);
    expect(await enter(':portal build three')).toContain('is not a fault that the portal knows');
  });
});

describe('the sandbox as a process', () => {
  it('takes lines from a pipe that stays open until :quit, and the level of the log from the environment', async () => {
    const env = { ...process.env, LOG_LEVEL: 'debug' };
    const run = execFile(process.execPath, ['src/sandbox/main.ts'], { env });
    run.stdin?.write('/b24task 51 hello from Slack\n:quit\n');
    const [shown, [code]] = await Promise.all([run.stdout ? text(run.stdout) : '', once(run, 'close')]);
    expect(code).toBe(0);
    expect(shown).toContain('anna #general> /b24task 51 hello from Slack');
    expect(shown).toContain('Sent to task 51');
    expect(levelsIn(shown)).toEqual(new Set(['debug', 'info']));
  });
});

it('survives the service being killed: what was on its way arrives once, and its sender is told', async () => {
  const run = execFile(process.execPath, ['src/sandbox/main.ts'], { env: process.env });
  run.stdin?.end(
    [
      '/b24task 51 hello',
      ':crash in the middle',
      ':wait 15',
      ':wait 15',
      ':chat 51',
      ':restart',
      '/b24task 51 after',
      '',
    ].join('\n'),
  );
  const [shown, [code]] = await Promise.all([run.stdout ? text(run.stdout) : '', once(run, 'close')]);
  expect(code).toBe(0);
  const [, after = ''] = shown.split('the service is killed now');
  expect(after).toMatch(/Not confirmed yet[\s\S]*Sent to task 51/);
  const [, chat = ''] = after.split('anna #general> :chat 51');
  expect(chat.split(':restart')[0]?.match(/in the middle/g)).toHaveLength(1);
  expect(chat).toMatch(/the service runs again[\s\S]*Sent to task 51[\s\S]*after/);
}, 90_000);

describe('what a newcomer types', () => {
  it('a wrong word is explained', async () => {
    const { harness, enter } = await openSession();
    expect(await enter(':hlep')).toContain('There is no :hlep. Did you mean :help?');
    expect(await enter('/b24taks 51 hello')).toContain('Slack knows no /b24taks here. Did you mean /b24task?');
    expect(await enter('/remind me')).toBe('Slack knows no /remind here. ');
    expect(harness.portal.counts.messages).toBe(0);
  });

  it(':tasks and :home show what there is', async () => {
    const { enter } = await openSession();
    expect(await enter(':tasks')).toContain('51  Prepare the quarterly report (in_progress, Anna)');
    expect(await enter(':home')).toMatch(/== Home ==[\s\S]*Anna Petrova/);
  });

  it('an answer that takes the place of another one is shown', async () => {
    const { harness, enter } = await openSession();
    await enter('/b24task 51 too early');
    await expect.poll(() => printedOf(harness)).toContain('Sent to task 51');
    expect(await enter(':click Take back')).toMatch(/in place of what stood there:\n[\s\S]+\*Taken back:\*/);
    expect(await enter(':chat 51')).toContain('(deleted)');
  });

  it('a late reply appears of itself', async () => {
    const { harness, enter } = await openSession();
    await harness.portal.down();
    const shown = await enter('/b24task 51 hello');
    expect(shown).not.toContain('Sent to task 51');
    await harness.portal.up();
    await expect.poll(() => printedOf(harness)).toContain('Sent to task 51');
  });
});

describe('a terminal with a person at it', () => {
  it('prints above the line that is being typed, which stays', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    const terminal = createTerminal(input, output);
    const typed = terminal.lines(() => 'anna #general>')[Symbol.asyncIterator]();
    const first = typed.next();
    input.write('/b24task 5');
    await setImmediate();
    output.read();
    terminal.print('  log 12:00:00.000 info: accepted');
    expect(String(output.read())).toMatch(/accepted\n.*anna #general> \/b24task 5/s);
    input.write('1 hello\r');
    expect(await first).toEqual({ done: false, value: '/b24task 51 hello' });
    terminal.print('sent');
    expect(String(output.read())).toMatch(/sent\n$/);
    input.end();
  });
});

describe(':attach', () => {
  it('puts a file into the next message', async () => {
    const { harness, enter } = await openSession();
    expect(await enter(':attach plan.png 2MB')).toContain('plan.png goes with the next message');
    await enter(':shortcut look at this');
    const message = harness.slack.history('general').at(-1)?.message;
    expect(message?.['files']).toMatchObject([{ name: 'plan.png', size: 2 * 1024 * 1024 }]);
    await enter(':shortcut and this');
    expect(harness.slack.history('general').at(-1)?.message['files']).toBeUndefined();
  });

  it('takes a real file where there is one', async () => {
    const { harness, enter } = await openSession();
    await enter(':attach package.json');
    await enter(':shortcut with a real one');
    const files = harness.slack.history('general').at(-1)?.message['files'];
    expect(files).toMatchObject([{ name: 'package.json', mimetype: 'application/json' }]);
  });
});

describe(':thread', () => {
  it('makes a thread of so many posts and opens the form on its first one', async () => {
    const { harness, enter } = await openSession();
    expect(await enter(':thread 4')).toContain('a thread of 4 posts');
    const [root, ...answers] = harness.slack.history('general');
    expect(answers.map(({ text: words, threadTs }) => ({ words, threadTs }))).toEqual([
      { words: 'post 2 of 4', threadTs: root?.ts },
      { words: 'post 3 of 4', threadTs: root?.ts },
      { words: 'post 4 of 4', threadTs: root?.ts },
    ]);
    expect(harness.slack.openView('anna')?.content['callback_id']).toBe('b24task.compose');
    await enter(':in random');
    await enter(':invite');
    const { directory } = harness.slack;
    expect(directory.channel('random').members).toContain(directory.team().botUserId);
  });
});

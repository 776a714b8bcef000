import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/locales/en.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { defaultApp } from '../../src/sandbox/slack/options.ts';
import { fingerprintOf } from '../../src/sandbox/slack/state/file-content.ts';
import type { NewFile, SlackFile } from '../../src/sandbox/slack/state/files.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { type Harness, onPostgres, overHttp, overSocket, quickTiming } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, shortcut, wordsOf } from './composing.ts';

const image: NewFile = { name: 'screen.png', size: 300_000 };

type Begun = { readonly anna: SandboxPerson; readonly files: readonly SlackFile[]; readonly after: number };

/** Anna posts files in a channel, and opens the form on that message. `change` is done to the files before. */
async function begin(
  harness: Harness,
  given: readonly NewFile[],
  { channel = 'general', words = 'look at this', change = (_: readonly SlackFile[]) => {} } = {},
): Promise<Begun> {
  const anna = harness.slack.as('anna', { channel });
  const files = given.map((file) => anna.upload(file));
  change(files);
  const message = await anna.post(words, { files });
  await anna.shortcut(shortcut, message);
  await formOf(anna);
  return { anna, files, after: anna.seen().at(-1)?.order ?? 0 };
}

async function send({ anna, after }: Begun, fields: Record<string, string> = {}): Promise<string> {
  await sendTo(anna, 51, fields);
  return all(await sentReply(anna, after));
}

/** Sends a file alone. */
async function sendFile({ slack }: Harness, file: NewFile): Promise<void> {
  const anna = slack.as('anna');
  await anna.command('/b24task');
  await formOf(anna);
  await anna.select('files', [anna.upload(file).id]);
  await sendTo(anna, 51);
  await sentReply(anna);
}

const all = ({ blocks }: SeenMessage) => JSON.stringify(blocks);

/** What is in the chat of the task: the first words of texts, and the names of files. */
const chatOf = ({ portal }: Harness) =>
  portal.chat(51).map(({ text, file }) => file?.name ?? (text.includes('look at this') ? 'look at this' : text));

async function openWith(setup = overHttp, options = {}): Promise<Harness> {
  const harness = await openJourney(setup, options);
  await harness.link('anna', 7);
  return harness;
}

describe('the files of a message', () => {
  it.each([
    ['HTTP', overHttp],
    ['Socket Mode', overSocket],
    ['PostgreSQL', onPostgres],
  ])('go into the chat after its text, as the person who sends it: %s', async (_, setup) => {
    const harness = await openWith(setup);
    const begun = await begin(harness, [image, { name: 'Отчёт 1.pdf', bytes: 'words' }]);
    expect(wordsOf(await formOf(begun.anna))).toContain('These files go along: screen.png, Отчёт 1.pdf.');
    const reply = await send(begun);
    const [text, ...files] = harness.portal.chat(51);
    expect(text?.text).toContain('look at this');
    expect(files.map(({ author, file }) => [author.id, file?.name, file?.sha256])).toEqual(
      begun.files.map(({ name, content }) => [7, name, fingerprintOf(content)]),
    );
    expect(reply).toContain('With files: screen.png, Отчёт 1.pdf.');
    expect(reply).not.toContain('parts');
    expectNothingRefused(harness);
  });

  it('leave no byte, no address and no token in the log, the store or an answer', async () => {
    const harness = await openWith();
    const canary = 'a-canary-in-the-file-5f2c';
    const begun = await begin(harness, [{ name: 'plan.txt', bytes: canary }]);
    const reply = await send(begun);
    const sent = begun.files.map(({ content }) => fingerprintOf(content));
    expect(harness.portal.chat(51).flatMap(({ file }) => file?.sha256 ?? [])).toEqual(sent);
    const names = readdirSync(harness.dataDir).filter((name) => name.startsWith('b24task.db'));
    const stored = names.map((name) => readFileSync(join(harness.dataDir, name), 'latin1'));
    const everything = [...harness.log, ...stored, reply].join('\n');
    const secrets = [canary, Buffer.from(canary).toString('base64'), 'files-pri', harness.slack.botToken()];
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
    expect(everything).toContain('plan.txt');
  });

  it('are ten at the most; what is more is named', async () => {
    const harness = await openWith();
    const twelve = Array.from({ length: 12 }, (_, index) => ({ name: `${index + 1}.png`, size: 10 }));
    const begun = await begin(harness, twelve);
    const reply = await send(begun);
    expect(chatOf(harness)).toEqual(['look at this', ...twelve.slice(0, 10).map(({ name }) => name)]);
    expect(reply).toContain('Files are named, but not carried over: 11.png, 12.png.');
  });

  it('that cannot be taken hold up nothing, and are told with a link and what helps', async () => {
    const harness = await openWith();
    const names = ['1.png', 'gone.png', 'large.zip', '2.png'];
    const begun = await begin(
      harness,
      names.map((name) => ({ name, size: 10 })),
      { change: ([, , large]) => Object.assign(large ?? {}, { claimedSize: 200_000_000 }) },
    );
    expect(wordsOf(await formOf(begun.anna))).toContain('it is larger than 100 MB');
    // Between the form and the attempt.
    Object.assign(begun.files[1] ?? {}, { deleted: true });
    const reply = await send(begun);
    expect(chatOf(harness)).toEqual(['look at this', '1.png', '2.png']);
    expect(reply).toContain('With files: 1.png, 2.png.');
    expect(reply).toContain(
      `<slack://file?team=T0ACME0000&amp;id=${begun.files[1]?.id}|gone.png>: it was deleted in Slack.`,
    );
    expect(reply).toContain('|large.zip>: it is larger than 100 MB');
    expectNothingRefused(harness);
  });

  it('are taken back with the text, and one of the same name that was left out stays what it is', async () => {
    const harness = await openWith();
    const anna = harness.slack.as('anna');
    await sendFile(harness, { name: 'gone.png', size: 10 });
    const begun = await begin(harness, [image, { name: 'gone.png', size: 10 }]);
    Object.assign(begun.files[1] ?? {}, { deleted: true });
    await sendTo(anna, 51);
    const reply = await sentReply(anna, begun.after);
    await anna.click('Take back', { on: reply });
    await anna.waitFor(({ text }) => text.startsWith('*Taken back:*'));
    const left = harness.portal.chat(51).filter(({ deleted }) => !deleted);
    expect(left.map(({ file }) => file?.name)).toEqual(['gone.png']);
  });

  it.each([
    ['a private channel', 'secret'],
    ['a public channel', 'random'],
  ])('of %s without the app are told with how to mend that', async (_, channel) => {
    const harness = await openWith();
    const reply = await send(await begin(harness, [image], { channel }));
    expect(chatOf(harness)).toEqual(['look at this']);
    expect(reply).toContain('Slack does not show it to the app. Invite the app');
  });

  it('of a direct message between people are told so, too', async () => {
    const harness = await openWith();
    const channel = harness.slack.openDirect('anna', 'bob');
    expect(await send(await begin(harness, [image], { channel }))).toContain('Slack does not show it to the app');
  });

  it('of which Slack Connect sends a stub are looked up', async () => {
    const harness = await openWith();
    const change = ([file]: readonly SlackFile[]) => Object.assign(file ?? {}, { access: 'check_file_info' });
    const reply = await send(await begin(harness, [image], { change }));
    expect(chatOf(harness)).toEqual(['look at this', 'screen.png']);
    expect(reply).not.toContain('Slack did not send');
  });

  it('of a portal that is too old are told so, and the text is there', async () => {
    const harness = await openWith(overHttp, { portal: { lacks: ['im.v2.File.upload'] } });
    const reply = await send(await begin(harness, [image]));
    expect(chatOf(harness)).toEqual(['look at this']);
    expect(reply).toContain('your Bitrix24 is too old to take files from here');
  });

  it('stay in Slack and are named where the connection lacks im', async () => {
    const harness = await openJourney(overHttp);
    await harness.link('anna', 7, ['task', 'tasks']);
    const begun = await begin(harness, [image]);
    expect(wordsOf(await formOf(begun.anna))).not.toContain('file_input');
    const reply = await send(begun);
    expect(chatOf(harness)).toEqual(['look at this']);
    expect(reply).toContain('Files are named, but not carried over: screen.png.');
    expect(harness.slack.calls.filter(({ method }) => method === 'files.info')).toEqual([]);
  });

  it('stay in Slack and are named where the app was not given files:read', async () => {
    const scopes = defaultApp.scopes.filter((scope) => scope !== 'files:read');
    const harness = await openWith(overHttp, { slack: { app: { scopes } } });
    const begun = await begin(harness, [image]);
    expect(wordsOf(await formOf(begun.anna))).not.toContain('file_input');
    expect(await send(begun)).toContain('Files are named, but not carried over: screen.png.');
    expect(chatOf(harness)).toEqual(['look at this']);
    expectNothingRefused(harness);
  });
});

describe('the files of the form', () => {
  it('go along after those of the message, from wherever it is', async () => {
    const harness = await openWith();
    const begun = await begin(harness, [image], { channel: 'secret' });
    const put = ['1.pdf', '2.pdf'].map((name) => begun.anna.upload({ name, size: 10 }).id);
    await begun.anna.select('files', put);
    const reply = await send(begun, { comment: 'please read' });
    expect(chatOf(harness)).toEqual(['look at this', '1.pdf', '2.pdf']);
    expect(reply).toContain('With files: 1.pdf, 2.pdf.');
    expect(reply).toContain('|screen.png>: Slack does not show it');
  });

  it('go alone, and where none of them arrives nothing was sent', async () => {
    const harness = await openWith();
    const anna = harness.slack.as('anna', { channel: 'random' });
    const file = anna.upload(image);
    await anna.command('/b24task');
    await formOf(anna);
    await anna.select('files', [file.id]);
    await sendTo(anna, 51);
    await sentReply(anna);
    expect(chatOf(harness)).toEqual(['screen.png']);
    await anna.command('/b24task');
    await formOf(anna);
    const gone = anna.upload({ name: 'gone.png', size: 10 });
    await anna.select('files', [gone.id]);
    gone.deleted = true;
    await sendTo(anna, 51);
    const reply = await anna.waitFor(({ text }) => text.includes('*Not sent* to'));
    expect(all(reply)).toContain('it was deleted in Slack');
    expect(chatOf(harness)).toEqual(['screen.png']);
  });

  it('are refused at their field where they are empty or too large, and where there is nothing at all the text is asked for', async () => {
    const harness = await openWith();
    const anna = harness.slack.as('anna', { channel: 'random' });
    await anna.command('/b24task');
    await formOf(anna);
    const large = Object.assign(anna.upload({ name: 'large.zip' }), { claimedSize: 200_000_000 });
    const empty = anna.upload({ name: 'empty.txt', bytes: '' });
    for (const [file, words] of [
      [large, 'large.zip: it is larger than 100 MB'],
      [empty, 'empty.txt: it is empty.'],
    ] as const) {
      await anna.select('files', [file.id]);
      expect((await sendTo(anna, 51)).errors['files']).toContain(words);
    }
    await anna.select('files', null);
    expect((await sendTo(anna, 51)).errors).toMatchObject({ comment: expect.stringContaining('there is no text') });
  });
});

describe('the files of a form that did not go out', () => {
  /** A message with a file, and another in its form, which something in front of the portal refuses. */
  async function refusedWithFiles(harness: Harness) {
    const begun = await begin(harness, [image]);
    const { anna } = begun;
    await anna.select('files', [anna.upload({ name: 'plan.pdf', size: 10 }).id]);
    harness.portal.faults.set({ kind: 'html', status: 403, moment: 'before' });
    await sendTo(anna, 51, { comment: 'with two files' });
    const refused = await anna.waitFor(({ text }) => text.startsWith('*Not sent*'));
    harness.portal.faults.clear();
    return { anna, refused };
  }

  it('are there when it is opened again, go along, and leave room for more', async () => {
    const harness = await openWith(onPostgres);
    const { anna, refused } = await refusedWithFiles(harness);
    await anna.click(en.buttons.openForm, { on: refused });
    const form = wordsOf(await formOf(anna));
    expect(form).toContain('These files go along: screen.png, plan.pdf.');
    expect(form).toContain('"max_files":8');
    await anna.select('files', [anna.upload({ name: 'third.txt', size: 10 }).id]);
    await sendTo(anna, 51);
    await sentReply(anna, refused.order);
    expect(harness.portal.chat(51)[0]?.text).toContain('with two files');
    expect(chatOf(harness).slice(1)).toEqual(['screen.png', 'plan.pdf', 'third.txt']);
    expectNothingRefused(harness);
  });

  it('are named where the connection has lost im meanwhile', async () => {
    const harness = await openWith();
    const { anna, refused } = await refusedWithFiles(harness);
    await harness.link('anna', 7, ['task', 'tasks']);
    await anna.click(en.buttons.openForm, { on: refused });
    const form = wordsOf(await formOf(anna));
    expect(form).toContain('not carried over: screen.png, plan.pdf.');
    expect(form).not.toContain('file_input');
    await sendTo(anna, 51);
    expect(all(await sentReply(anna, refused.order))).toContain('not carried over: screen.png, plan.pdf.');
    expect(harness.portal.chat(51).map(({ file }) => file)).toEqual([undefined]);
    expectNothingRefused(harness);
  });
});

describe('an upload that got no answer', () => {
  it.each([
    ['after the file was posted', 'after'],
    ['before anything happened', 'before'],
  ] as const)('%s is looked for, and the file is there once', async (_, moment) => {
    const timing = { ...quickTiming, repeatAfterMs: 300 };
    const harness = await openWith(overHttp, { overrides: { timing } });
    let uploads = 0;
    harness.portal.faults.script(({ method }) => {
      const isUpload = method === 'im.v2.File.upload';
      uploads += isUpload ? 1 : 0;
      return isUpload && uploads === 1 ? { kind: 'reset', moment } : undefined;
    });
    const reply = await send(await begin(harness, [image, { name: '2.png', size: 10 }]));
    expect(chatOf(harness)).toEqual(['look at this', 'screen.png', '2.png']);
    expect(uploads).toBe(moment === 'after' ? 2 : 3);
    expect(reply).toContain('With files: screen.png, 2.png.');
  });
});

describe('what is planted in a file and in its address', () => {
  it('is in no log line and not in the store', async () => {
    const harness = await openWith(overHttp, { settings: { LOG_LEVEL: 'debug' } });
    const begun = await begin(harness, [{ name: 'a.txt', bytes: 'pl4nted-bytes' }]);
    await send(begun);
    const kept = harness.log.join('\n');
    expect(kept).toContain('im.v2.File.upload');
    for (const planted of ['pl4nted', Buffer.from('pl4nted-bytes').toString('base64').slice(0, 10), 'files-pri']) {
      expect(kept).not.toContain(planted);
    }
  });
});

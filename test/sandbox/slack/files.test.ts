import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsAt, textAt } from '../../../src/sandbox/slack/json.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { fingerprintOf } from '../../../src/sandbox/slack/state/file-content.ts';
import type { NewFile, SlackFile } from '../../../src/sandbox/slack/state/files.ts';
import { accessRefusalOf, clientOf } from './bolt-app.ts';

let slack: SandboxSlack;
let bot: string;

beforeAll(async () => {
  slack = await startSlack();
  bot = slack.botToken();
  slack.addToken('xoxb-no-files', ['chat:write']);
});

afterAll(() => slack.close());

/** Posts a file in a channel: `general` has the app, `random` is public without it, `secret` is private without it. */
async function share(channel: string, file: NewFile = { name: 'plan.png', size: 100 }): Promise<SlackFile> {
  const anna = slack.as('anna', { channel });
  const uploaded = anna.upload(file);
  await anna.post('look', { files: [uploaded] });
  return uploaded;
}

async function info(file: SlackFile, token = bot) {
  const answer = await clientOf(slack, token).files.info({ file: file.id });
  return answer.file;
}

function get(address: string | undefined, token = bot, init: RequestInit = {}): Promise<Response> {
  return fetch(address ?? '', { headers: { authorization: `Bearer ${token}` }, ...init });
}

describe('files.info', () => {
  it('tells of a file that is shared where the app is, with the address of its bytes', async () => {
    const file = await share('general', { name: 'Plan A.png', size: 200_000 });
    const told = await info(file);
    expect(told).toMatchObject({
      id: file.id,
      name: 'Plan A.png',
      size: 200_000,
      mimetype: 'image/png',
      mode: 'hosted',
    });
    const answer = await get(told?.url_private_download);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(fingerprintOf(file.content));
  });

  it.each([
    ['in a private channel without the app', 'secret', {}, 'file_not_found'],
    ['in a public channel that the app has not joined', 'random', {}, 'file_not_found'],
    ['deleted', 'general', { deleted: true }, 'file_deleted'],
    ['not visible', 'general', { refusal: 'not_visible' }, 'not_visible'],
    ['not accessible', 'general', { refusal: 'access_denied' }, 'access_denied'],
  ])('refuses a file that is %s', async (_, channel, change, error) => {
    const file = Object.assign(await share(channel), change);
    expect(await accessRefusalOf(info(file))).toMatchObject({ error });
  });

  it('refuses without files:read', async () => {
    const refusal = await accessRefusalOf(info(await share('general'), 'xoxb-no-files'));
    expect(refusal).toMatchObject({ error: 'missing_scope', needed: 'files:read' });
  });

  it('tells of files of public channels where this Slack is of that kind', async () => {
    const open = await startSlack({ openFiles: true });
    const anna = open.as('anna', { channel: 'random' });
    const file = anna.upload({ name: 'a.txt', bytes: 'words' });
    await anna.post('look', { files: [file] });
    expect((await clientOf(open).files.info({ file: file.id })).ok).toBe(true);
    await open.close();
  });
});

describe('the bytes', () => {
  it('are a login page with status 200 for whom the file is not shown', async () => {
    const hidden = await share('secret');
    const shown = await share('general');
    const address = (await info(shown))?.url_private_download ?? '';
    for (const answer of [
      await get(address.replace(shown.id, hidden.id)),
      await get(address, 'xoxb-no-files'),
      await fetch(address),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/html');
    }
    expect(slack.downloads.slice(-3).map(({ outcome }) => outcome)).toEqual(['login', 'login', 'login']);
  });

  it.each([
    [{ kind: 'cut', afterBytes: 70_000 } as const],
    [{ kind: 'short', afterBytes: 70_000 } as const],
    [{ kind: 'status', status: 500 } as const],
    [{ kind: 'limited', seconds: 3 } as const],
  ])('may fail on the way: %j', async (trouble) => {
    const file = await share('general', { name: 'a.bin', size: 200_000 });
    file.trouble = trouble;
    const answer = await get((await info(file))?.url_private_download);
    const size = await answer.arrayBuffer().then(
      ({ byteLength }) => byteLength,
      () => 'broken',
    );
    const expected = { cut: [200, 'broken'], short: [200, 70_000], status: [500, 14], limited: [429, 0] };
    expect([answer.status, size]).toEqual(expected[trouble.kind]);
  });

  it('may be elsewhere', async () => {
    const file = await share('general');
    file.redirect = 'https://cdn.example/a';
    const answer = await get((await info(file))?.url_private_download, undefined, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://cdn.example/a']);
  });
});

describe('a message with files', () => {
  it('carries them in the payload of a shortcut, and stubs of those that the app is not shown', async () => {
    const anna = slack.as('anna', { channel: 'general' });
    const files = ['a', 'b', 'c', 'd'].map((name) => anna.upload({ name }));
    for (const [index, change] of [
      {},
      { access: 'check_file_info' },
      { mode: 'tombstone' },
      { mode: 'external' },
    ].entries()) {
      Object.assign(files[index] ?? {}, change);
    }
    const { message } = await anna.post('four', { files });
    const told = objectsAt(message, 'files');
    expect(told[0]).toMatchObject({ name: 'a', file_access: 'visible' });
    expect(told[1]).toEqual({ id: files[1]?.id, file_access: 'check_file_info' });
    expect(told[2]).toEqual({ id: files[2]?.id, mode: 'tombstone' });
    expect(told[3]).toMatchObject({ mode: 'external', is_external: true });
    expect(textAt(told[3] ?? {}, 'url_private_download')).toBe('');
  });
});

describe('file_input', () => {
  const view: types.ModalView = {
    type: 'modal',
    title: { type: 'plain_text', text: 'Files' },
    submit: { type: 'plain_text', text: 'Send' },
    blocks: [
      {
        type: 'input',
        block_id: 'files',
        label: { type: 'plain_text', text: 'Files' },
        element: { type: 'file_input', action_id: 'files', max_files: 2, filetypes: ['png'] },
      },
    ],
  };

  async function trigger(): Promise<string> {
    slack.connectHttp('http://127.0.0.1:1/');
    const { interaction } = await slack.as('anna', { channel: 'general' }).command('/b24task');
    return textAt(interaction?.payload ?? {}, 'trigger_id');
  }

  it('takes files within its limits, which the app may read from then on', async () => {
    await clientOf(slack, bot).views.open({ trigger_id: await trigger(), view });
    const anna = slack.as('anna');
    const files = ['1.png', '2.png', '3.png'].map((name) => anna.upload({ name, size: 10 }));
    const ids = files.map(({ id }) => id);
    const [first] = files;
    expect((await anna.submit({ files: ids })).errors).toEqual({ files: 'You can upload up to 2 files.' });
    expect((await anna.submit({ files: anna.upload({ name: 'a.pdf' }).id })).outcome).toBe('blocked');
    const { interaction } = await anna.submit({ files: ids.slice(0, 2) });
    expect(JSON.stringify(interaction?.payload)).toContain(`"files":[{"id":"${ids[0]}"`);
    expect((first && (await info(first)))?.name).toBe('1.png');
  });

  it('needs files:read, and a limit from 1 to 10', async () => {
    const poor = clientOf(slack, 'xoxb-no-files').views.open({ trigger_id: await trigger(), view });
    expect(await accessRefusalOf(poor)).toMatchObject({ error: 'missing_scope', needed: 'files:read' });
    const blocks = view.blocks.map((block) => ({
      ...block,
      element: { type: 'file_input', action_id: 'f', max_files: 11 },
    }));
    const wrong = { ...view, blocks };
    const refused = clientOf(slack, bot).views.open({ trigger_id: await trigger(), view: wrong });
    expect(await accessRefusalOf(refused)).toMatchObject({ error: 'invalid_arguments' });
  });
});

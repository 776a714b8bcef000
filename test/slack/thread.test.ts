import { afterEach, describe, expect, it } from 'vitest';
import { previewText, unnamed } from '../../src/delivery/preview-text.ts';
import type { Submission } from '../../src/delivery/submission.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import type { SlackOptions } from '../../src/sandbox/slack/options.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import { botScopes } from '../../src/slack/web-api/scopes.ts';
import { clockOfToday, fakeUseCases, type Harness, identity, openHarness, task, until } from './harness.ts';

const { compose } = textsIn('en');
const { thread } = compose;

let harness: Harness;

afterEach(async () => {
  expect(harness.slack.complaints).toEqual([]);
  await harness.close();
});

async function open(slack: SlackOptions = {}, deps: Partial<SurfaceDeps> = {}): Promise<SandboxPerson> {
  const cases = fakeUseCases();
  const suggest = async () => ({ groups: [{ kind: 'found' as const, tasks: [{ task: task(51), title: 'Report' }] }] });
  harness = await openHarness({
    slack,
    deps: {
      linking: { ...cases.linking, find: async () => identity() },
      tasks: { ...cases.tasks, suggest },
      ...deps,
    },
  });
  return harness.slack.as('anna');
}

type Post = string | JsonObject;

/** A thread of these posts in a channel, by anna and bob in turn. */
async function postThread(posts: readonly Post[], channel = 'general'): Promise<SeenMessage[]> {
  const made: SeenMessage[] = [];
  for (const [at, post] of posts.entries()) {
    const [root] = made;
    const name = at % 2 === 0 ? 'anna' : 'bob';
    made.push(await harness.slack.as(name).post(post, { channel, ...(root ? { threadTs: root.ts } : {}) }));
  }
  return made;
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `post ${at + 1}`);

const shown = (person: SandboxPerson) => JSON.stringify(person.view()?.content ?? {});

async function openOn(person: SandboxPerson, message: SeenMessage | undefined): Promise<void> {
  if (!message) {
    throw new Error('There is no message');
  }
  await person.shortcut('send_to_b24task', message);
  await person.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
}

async function send(person: SandboxPerson, fields: JsonObject = { thread: 'thread' }) {
  await person.suggest('task', '');
  return person.submit({ task: '51', ...fields });
}

/** What readers will read, without the lines about the posts. */
const quoted = ({ document }: Submission) =>
  previewText(document, unnamed)
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2));

const lines = ({ document }: Submission) => previewText(document, unnamed).split('\n');

const taken = () => {
  const [submission, ...more] = harness.submissions;
  expect(more).toEqual([]);
  if (!submission) {
    throw new Error('Nothing was handed over');
  }
  return submission;
};

const replies = () => harness.slack.calls.filter(({ method }) => method === 'conversations.replies');

describe('a thread that can be read', () => {
  it.each([true, false])('is read in two calls where it has 300 posts; its root on every page: %s', async (every) => {
    const anna = await open({ rootOnEveryPage: every });
    const posts = await postThread(numbered(300));
    await openOn(anna, posts[150]);
    expect(shown(anna)).toContain(thread.whole(300));
    expect(replies()).toHaveLength(2);
    expect(await send(anna)).toMatchObject({ outcome: 'cleared' });
    expect(quoted(taken())).toEqual(numbered(300));
    expect(replies()).toHaveLength(3);
  });

  it('is offered on its first post, on an answer, and not on what nobody answered', async () => {
    const anna = await open();
    const [root, answer] = await postThread(['the question', 'an answer']);
    const [lonely] = await postThread(['alone']);
    for (const [message, isOffered] of [
      [root, true],
      [answer, true],
      [lonely, false],
    ] as const) {
      await openOn(anna, message);
      expect(shown(anna).includes(thread.whole(2))).toBe(isOffered);
      await anna.closeView({ all: true });
    }
    expect(replies()).toHaveLength(2);
  });

  it('is no thread any more once all its answers are deleted', async () => {
    const anna = await open();
    const [root, answer] = await postThread(['the question', 'an answer']);
    if (answer) {
      harness.slack.remove(answer);
    }
    await openOn(anna, root);
    expect(shown(anna)).not.toContain(thread.label);
  });

  it('names apps, edits and what went to the channel too, and leaves deleted posts out', async () => {
    const anna = await open();
    const root = harness.slack.addMessage('general', {
      subtype: 'bot_message',
      username: 'Deploys',
      bot_id: 'B0DEPLOYS0',
      text: 'build 7 failed',
    });
    const bob = harness.slack.as('bob');
    const first = await bob.post('looking', { threadTs: root.ts });
    const gone = await bob.post('nonsense', { threadTs: root.ts });
    const toAll = await bob.post(
      { text: 'it is fixed', subtype: 'thread_broadcast', root: { text: 'build 7 failed', ts: root.ts } },
      { threadTs: root.ts },
    );
    harness.slack.edit(first, 'looking into it');
    harness.slack.remove(gone);
    await openOn(anna, toAll);
    expect(shown(anna)).toContain(thread.whole(3));
    await send(anna);
    expect(quoted(taken())).toEqual(['build 7 failed', 'looking into it', 'it is fixed']);
    const [about, , , edited = '', , , broadcast = ''] = lines(taken());
    expect(about).toMatch(/^Deploys · #general · .* · Slack$/);
    expect(edited).toContain('✏️');
    expect(broadcast).toContain('also to the channel');
  });

  it('begins with the oldest answer where the first post was deleted', async () => {
    const anna = await open();
    const [root, , last] = await postThread(['to be deleted', 'an answer', 'another one']);
    if (root) {
      harness.slack.remove(root);
    }
    await openOn(anna, last);
    expect(shown(anna)).toContain(thread.whole(2));
    await send(anna);
    expect(quoted(taken())).toEqual(['an answer', 'another one']);
  });

  it('names the files of all its posts, with links', async () => {
    const anna = await open();
    const file = (id: string, title: string) => ({ id, title, permalink: `https://acme.slack.com/files/${id}` });
    const posts = await postThread([
      { text: 'two files', files: [file('F1', 'plan.png'), file('F2', 'costs.pdf')] },
      { text: '', files: [file('F3', 'photo.jpg')] },
      { text: 'gone', files: [{ id: 'F4', mode: 'tombstone' }] },
    ]);
    await openOn(anna, posts[0]);
    await send(anna);
    expect(quoted(taken())).toEqual([
      'two files',
      '📎 plan.png',
      '📎 costs.pdf',
      '📎 photo.jpg',
      'gone',
      '📎 file that was deleted in Slack',
    ]);
    expect(taken().losses).toEqual([{ kind: 'files', names: ['plan.png', 'costs.pdf', 'photo.jpg'] }]);
  });

  it('keeps what people of other organisations wrote in a shared channel', async () => {
    const channels = [{ name: 'shared', shared: true, withApp: true }];
    const people = [{ name: 'anna' }, { name: 'bob' }, { name: 'partner', homeTeamId: 'T9PARTNER0' }];
    const anna = await open({ workspaces: [{ domain: 'acme', people, channels }] });
    const [root] = await postThread(['our question'], 'shared');
    const partner = harness.slack.as('partner');
    const profile = { user_profile: { display_name: 'Pat of Partner' } };
    await partner.post({ text: 'their answer', ...profile }, { channel: 'shared', threadTs: root?.ts ?? '' });
    await openOn(anna, root);
    await send(anna);
    expect(quoted(taken())).toEqual(['our question', 'their answer']);
    expect(lines(taken())[3]).toMatch(/^Pat of Partner · /);
  });

  it('cannot become a mention or a code, as a single message cannot', async () => {
    const anna = await open();
    const posts = await postThread(['look', '[USER=1]x[/USER] <!channel> [b]', { text: '<@U0BOB00000> <!here>' }]);
    await openOn(anna, posts[0]);
    await send(anna);
    const mentions = JSON.stringify(taken().document).match(/"kind":"user"[^}]*/g) ?? [];
    expect(mentions.length).toBeGreaterThan(3);
    expect(mentions.filter((mention) => !/"as":"(?:name|quiet)"/.test(mention))).toEqual([]);
  });
});

describe('a thread that cannot be read', () => {
  const mostScopes = [...botScopes, 'reactions:write', 'groups:history'];

  it.each<[string, string, SlackOptions, string]>([
    ['the app is not in the channel', 'random', {}, thread.notNow.outside],
    ['the app is not in a private channel', 'secret', {}, thread.notNow.outside],
    ['the scope was not granted', 'general', { app: { scopes: mostScopes } }, thread.noScope('channels:history')],
  ])('says in one line what to do: %s', async (_, channel, slack, words) => {
    const anna = await open(slack);
    const posts = await postThread(['a question', 'an answer'], channel);
    await openOn(anna, posts[1]);
    expect(shown(anna)).toContain(JSON.stringify(words).slice(1, -1));
    expect(await send(anna, {})).toMatchObject({ outcome: 'cleared' });
    expect(quoted(taken())).toEqual(['an answer']);
  });

  it.each([
    ['a public channel', 'general', 'channels:history'],
    ['a private channel', 'ours', 'groups:history'],
    ['a conversation of a group', 'mpdm-anna--bob-1', 'mpim:history'],
  ])('names the permission that its conversation needs, and is read with it: %s', async (_, name, scope) => {
    const kind = name === 'ours' ? 'private' : name.startsWith('mpdm') ? 'mpim' : 'public';
    const workspaces = [
      {
        domain: 'acme',
        people: [{ name: 'anna' }, { name: 'bob' }],
        channels: [{ name, kind, withApp: true } as const],
      },
    ];
    const anna = await open({ workspaces, app: { scopes: [...botScopes, scope] } });
    const posts = await postThread(['a question', 'an answer'], name);
    await openOn(anna, posts[0]);
    expect(shown(anna)).toContain(thread.whole(2));
    await anna.closeView({ all: true });
    await harness.close();

    const again = await open({ workspaces, app: { scopes: botScopes } });
    const others = await postThread(['a question', 'an answer'], name);
    await openOn(again, others[0]);
    expect(shown(again)).toContain(thread.noScope(scope));
  });

  it('of direct messages is refused without a call of Slack', async () => {
    const anna = await open();
    const channel = harness.slack.openDirect('anna', 'bob');
    const posts = await postThread(['a question', 'an answer'], channel);
    await openOn(anna, posts[1]);
    expect(shown(anna)).toContain(thread.notNow.direct);
    expect(replies()).toEqual([]);
  });

  it.each<[string, Parameters<Harness['slack']['fault']>[1], string]>([
    ['not for bots', { error: 'method_not_supported_for_channel_type' }, thread.notNow.refused],
    ['no such thread', { error: 'thread_not_found' }, thread.notNow.outside],
    ['limited', { rateLimitedSeconds: 42 }, thread.later(42)],
    ['broken', { status: 500 }, thread.notNow['no-answer']],
    ['cut off', { reset: true }, thread.notNow['no-answer']],
    ['an answer of another shape', { error: 'internal_error' }, thread.notNow['no-answer']],
  ])('says what Slack said: %s', async (_, fault, words) => {
    const anna = await open();
    const posts = await postThread(['a question', 'an answer']);
    harness.slack.fault('conversations.replies', fault, 1);
    await openOn(anna, posts[0]);
    expect(shown(anna)).toContain(words);
  });

  it('does not ask again before Slack allows it', async () => {
    const anna = await open();
    const posts = await postThread(['a question', 'an answer']);
    harness.slack.fault('conversations.replies', { rateLimitedSeconds: 42 }, 1);
    await openOn(anna, posts[0]);
    await anna.closeView({ all: true });
    await openOn(anna, posts[0]);
    expect(shown(anna)).toContain(thread.later(42));
    expect(replies()).toHaveLength(1);
  });

  it('keeps to the share of the workspace, so that one person cannot use it up', async () => {
    const anna = await open();
    const posts = await postThread(['a question', 'an answer']);
    for (let times = 0; times < 11; times += 1) {
      await openOn(anna, posts[0]);
      await anna.closeView({ all: true });
    }
    expect(replies()).toHaveLength(10);
  });

  it('says of a distributed app that a long thread is too much', async () => {
    const anna = await open({ distributed: true });
    const long = await postThread(numbered(20));
    await openOn(anna, long[0]);
    expect(shown(anna)).toContain(thread.notNow.limited);
  });

  it('sends a short one of a distributed app as the form showed it, and says so', async () => {
    const anna = await open({ distributed: true });
    const posts = await postThread(numbered(3));
    await openOn(anna, posts[0]);
    expect(shown(anna)).toContain(thread.whole(3));
    await harness.slack.as('bob').post('too late', { threadTs: posts[0]?.ts ?? '' });
    await send(anna);
    expect(quoted(taken())).toEqual(numbered(3));
    await anna.waitFor(({ text }) => text === thread.unknown);
  });

  it('is too long beyond a thousand posts', async () => {
    const anna = await open();
    const posts = await postThread(numbered(1_001));
    await openOn(anna, posts[0]);
    expect(shown(anna)).toContain(thread.notNow['too-many']);
  });
});

describe('the form of a thread', () => {
  /** Opens the form while Slack takes its time to show the thread. */
  async function openSlowly() {
    const clock = clockOfToday();
    const anna = await open({}, { clock });
    const posts = await postThread(['a question', 'an answer']);
    harness.slack.fault('conversations.replies', { slowMs: 300 }, 1);
    await anna.shortcut('send_to_b24task', posts[0]);
    await until(() => {
      clock.advance(1_000);
      return shown(anna).includes(thread.notNow.reading);
    });
    return anna;
  }

  it('is there at once where reading takes long, and keeps what was typed when it has come', async () => {
    const anna = await openSlowly();
    await anna.select('comment', 'half a sent');
    await anna.waitForView(() => shown(anna).includes(thread.whole(2)));
    expect(JSON.stringify(anna.view()?.values['comment'])).toContain('half a sent');
    await send(anna, { thread: 'thread', comment: 'half a sentence' });
    expect(quoted(taken())).toEqual(['a question', 'an answer']);
  });

  it('goes on with the thread where something was changed in it meanwhile', async () => {
    const anna = await openSlowly();
    await anna.select('with-link', []);
    await anna.waitForView(() => shown(anna).includes(thread.whole(2)));
    expect(anna.view()?.values['with-link']).toMatchObject({ 'with-link': { selected_options: [] } });
    expect(replies()).toHaveLength(1);
  });

  it('takes along what was added while it was open, and says how many posts that were', async () => {
    const anna = await open();
    const posts = await postThread(numbered(3));
    await openOn(anna, posts[0]);
    await harness.slack.as('bob').post('post 4', { threadTs: posts[0]?.ts ?? '' });
    await harness.slack.as('bob').post('post 5', { threadTs: posts[0]?.ts ?? '' });
    await send(anna);
    expect(quoted(taken())).toEqual(numbered(5));
    await anna.waitFor(({ text }) => text === thread.grown({ added: 2, leftOut: 0 }));
  });

  it('is the same message where the same submission comes twice, whatever was posted in between', async () => {
    const anna = await open();
    const posts = await postThread(numbered(2));
    await openOn(anna, posts[0]);
    const { interaction } = await send(anna);
    await harness.slack.as('bob').post('post 3', { threadTs: posts[0]?.ts ?? '' });
    await harness.slack.redeliver(interaction);
    expect(harness.submissions.map(quoted)).toEqual([numbered(2), numbered(2)]);
  });

  it('is in the draft when somebody has to connect first, and so is their choice', async () => {
    const cases = fakeUseCases();
    const { drafts } = cases;
    let linked = true;
    const find = async () => (linked ? identity() : undefined);
    const accept: SurfaceDeps['accept'] = async () => {
      linked = false;
      return { kind: 'failed', failure: { kind: 'not-linked' } };
    };
    const anna = await open({}, { drafts, accept, linking: { ...cases.linking, find } });
    const [root] = await postThread(['a question', 'an answer']);
    await openOn(anna, root);
    await send(anna);
    const draftOf = async (id: string) => (await drafts.find({ tenant: anna.teamId, user: anna.id }, id))?.content;
    expect(await draftOf('draft-1')).toMatchObject({ thread: { chosen: true, posts: [{}, {}] } });
    await anna.closeView({ all: true });
    await anna.shortcut('send_to_b24task', root);
    await until(() => replies().length === 3);
    await harness.surface.stop();
    expect(await draftOf('draft-2')).toMatchObject({ thread: { posts: [{}, {}] } });
  });

  it('reads nothing of a thread that somebody has written into its hidden text', async () => {
    const anna = await open();
    const [secret] = await postThread(['a secret', 'of others'], 'secret');
    const [root] = await postThread(['a question', 'an answer']);
    harness.slack.join('secret', 'app');
    await openOn(anna, root);
    const view = anna.view();
    if (view && secret) {
      view.content['private_metadata'] = `rich draft-1 ${secret.channel} ${secret.ts}`;
    }
    await send(anna);
    const asked = replies().map(({ args }) => [args['channel'], args['ts']]);
    expect(new Set(asked.map(String))).toEqual(new Set([String([root?.channel, root?.ts])]));
    expect(JSON.stringify(harness.submissions)).not.toContain('a secret');
  });

  it("is of no use to anybody else: a stranger's form finds no thread of anna's", async () => {
    const anna = await open();
    const [root] = await postThread(['between us', 'of course'], 'secret');
    harness.slack.join('secret', 'app');
    await openOn(anna, root);
    const carol = harness.slack.as('carol');
    await carol.command('/b24task');
    const view = await carol.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
    view.content['private_metadata'] = String(anna.view()?.content['private_metadata']);
    expect(await send(carol, { comment: 'give it to me' })).toMatchObject({
      outcome: 'errors',
      errors: { comment: compose.errors.gone },
    });
    expect(harness.submissions).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Accepted, Submission } from '../../src/delivery/submission.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import type { Suggestions } from '../../src/tasks/suggest-task.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { fieldText } from '../support/field-text.ts';
import {
  acme,
  clockOfToday,
  delivery,
  fakeUseCases,
  type Harness,
  type HarnessOptions,
  identity,
  loggedReference,
  openHarness,
  portal,
  task,
  until,
} from './harness.ts';

const { compose, acceptFailures, commands } = textsIn('en');
const found: Suggestions = { groups: [{ kind: 'found', tasks: [{ task: task(51), title: 'Report' }] }], portal: acme };
const shown = (person: SandboxPerson) => person.view() ?? { values: {} };
const isForm = ({ content }: { content: Record<string, unknown> }) => content['callback_id'] === 'b24task.compose';

describe.each(['http', 'socket'] as const)('the form over %s', (mode) => {
  let harness: Harness;
  const open = async (deps: Partial<SurfaceDeps> = {}, options: HarnessOptions = {}): Promise<SandboxPerson> => {
    const cases = fakeUseCases();
    harness = await openHarness({
      mode,
      ...options,
      deps: {
        linking: { ...cases.linking, find: async () => identity() },
        tasks: { ...cases.tasks, suggest: async () => found },
        ...deps,
      },
    });
    return harness.slack.as('anna');
  };
  /** The form on a message, with task 51 chosen. */
  const openForm = async (deps?: Partial<SurfaceDeps>, options?: HarnessOptions) => {
    const anna = await open(deps, options);
    await anna.shortcut('send_to_b24task', await anna.post('the message'));
    await anna.waitForView(isForm);
    await anna.suggest('task', '');
    await anna.select('task', '51');
    return anna;
  };
  afterEach(async () => {
    expect(harness.slack.complaints).toEqual([]);
    await harness.close();
  });

  it('hands over what was entered: the interaction is the view, the task is of the portal that was shown', async () => {
    const taken: Submission[] = [];
    const accept: SurfaceDeps['accept'] = async (submission) => {
      taken.push(submission);
      return { kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7' };
    };
    const anna = await open({ accept });
    const root = await anna.post('root');
    const message = await anna.post('the message', { threadTs: root.ts });
    await anna.shortcut('send_to_b24task', message);
    const view = await anna.waitForView(isForm);
    await anna.suggest('task', '');
    expect(await anna.submit({ task: '51', comment: 'note' })).toMatchObject({ outcome: 'cleared' });
    expect(taken).toMatchObject([
      {
        interactionKey: { scope: anna.teamId, handle: view.id },
        person: { tenant: anna.teamId, user: anna.id },
        task: { kind: 'link', portal: acme, task: 51 },
        sayAgain: false,
        route: { user: anna.id, locale: 'en', place: { channel: message.channel, threadTs: root.ts } },
      },
    ]);
    expect(taken[0]?.route.responseUrl?.reveal()).toContain('/response/actions/');
    expect(JSON.stringify(taken[0]?.document)).toMatch(/note.*the message/);
    expect(anna.seen()).toEqual([]);
  });

  it('takes what was typed into the plain field of a form that the earlier release showed', async () => {
    const anna = await open();
    await anna.command('/b24task');
    const view = await anna.waitForView(isForm);
    await anna.suggest('task', '');
    await anna.select('task', '51');
    const plain = { type: 'plain_text_input', action_id: 'comment' };
    view.blocks = view.blocks.map((block) => (block['block_id'] === 'comment' ? { ...block, element: plain } : block));
    view.content = { ...view.content, private_metadata: 'draft-1' };
    expect(await anna.submit({ comment: 'an *old* form' })).toMatchObject({ outcome: 'cleared' });
    expect(harness.submissions[0]?.document).toEqual(readMrkdwn('an *old* form'));
  });

  it('closes with an answer of its own where the message has to wait for a new link', async () => {
    const parked = { kind: 'credential-rejected' } as const;
    const accept = async (): Promise<Accepted> => ({
      kind: 'accepted',
      id: 'd',
      portal: acme,
      task: task(51),
      bitrixUserId: '7',
      parked,
    });
    const anna = await openForm({ accept });
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    const told = await anna.waitFor(({ text }) => text.startsWith('*Not sent yet:*'));
    expect(told).toMatchObject({ ephemeralTo: anna.id, via: 'response_url' });
  });

  it.each([
    ['text-empty', { kind: 'text-empty' }, 'comment', compose.errors.empty],
    [
      'text-too-long',
      { kind: 'text-too-long', parts: 7, most: 5, over: 1 },
      'comment',
      compose.errors.tooLong({ parts: 7, most: 5 }),
    ],
    ['too-many-waiting', { kind: 'too-many-waiting', most: 500 }, 'task', compose.errors.tooMany(500)],
    ['storage-unavailable', { kind: 'storage-unavailable' }, 'task', compose.errors.storage],
    ['storage-unconfirmed', { kind: 'storage-unconfirmed' }, 'task', compose.errors.unconfirmed],
    [
      'foreign-portal',
      { kind: 'foreign-portal', portal: acme, linked: portal('https://other.bitrix24.com') },
      'task',
      'Nothing was sent: this window was opened for tasks of acme.bitrix24.com, and you are connected to other.bitrix24.com now. Close it and start again.',
    ],
  ] as const)('says at the field why a message was not taken: %s', async (_, failure, block, text) => {
    const anna = await openForm({ accept: async () => ({ kind: 'failed', failure }) });
    expect(await anna.submit()).toMatchObject({ outcome: 'errors', errors: { [block]: text } });
  });

  it('says in the conversation that an earlier version of it was taken', async () => {
    const failure = { kind: 'other-version-accepted' } as const;
    const anna = await openForm({ accept: async () => ({ kind: 'failed', failure }) });
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    await anna.waitFor(({ text }) => text.startsWith(acceptFailures['other-version-accepted']));
  });

  it('becomes the link window where somebody has unlinked meanwhile, and keeps their draft', async () => {
    const anna = await openForm({ accept: async () => ({ kind: 'failed', failure: { kind: 'not-linked' } }) });
    expect(await anna.submit()).toMatchObject({ outcome: 'updated' });
    expect(anna.view()?.content).toMatchObject({ callback_id: 'b24task.link', private_metadata: 'draft-1' });
  });

  it('keeps the files that were put into it where its writer has to connect first', async () => {
    const { drafts, linking } = fakeUseCases();
    const find = async () => ({ ...identity(), scopes: ['task', 'tasks', 'im'] });
    const accept = async (): Promise<Accepted> => ({ kind: 'failed', failure: { kind: 'not-linked' } });
    const anna = await openForm({ accept, drafts, linking: { ...linking, find } });
    const file = anna.upload({ name: 'plan.pdf', size: 10 });
    await anna.select('files', [file.id]);
    expect(await anna.submit()).toMatchObject({ outcome: 'updated' });
    const kept = await drafts.find({ tenant: anna.teamId, user: anna.id }, 'draft-1');
    expect(kept?.files).toMatchObject([{ id: file.id, team: anna.teamId, name: 'plan.pdf', size: 10 }]);
  });

  it('says at the field that it is too old, and keeps what was typed', async () => {
    const { drafts } = fakeUseCases();
    let isKept = true;
    const find: typeof drafts.find = async (person, id) => (isKept ? drafts.find(person, id) : undefined);
    const anna = await openForm({ drafts: { ...drafts, find } });
    isKept = false;
    const submission = await anna.submit({ comment: 'typed for an hour' });
    expect(submission).toMatchObject({ outcome: 'errors', errors: { comment: compose.errors.gone } });
    expect(fieldText(shown(anna))).toBe('typed for an hour');
    expect(await anna.select('with-link', [])).toMatchObject({ status: 200 });
  });

  it('waits in its window when the storage takes its time, and then says what came of it', async () => {
    const clock = clockOfToday();
    const hanging = Promise.withResolvers<Accepted>();
    let asked = false;
    const accept = () => {
      asked = true;
      return hanging.promise;
    };
    const anna = await openForm({ clock, accept });
    const submission = anna.submit({ comment: 'kept' });
    await until(() => asked);
    clock.advance(2_500);
    expect(await submission).toMatchObject({ outcome: 'updated', timedOut: false });
    expect(JSON.stringify(anna.view()?.content)).toContain(compose.sending);
    hanging.resolve({ kind: 'failed', failure: { kind: 'storage-unavailable' } });
    const again = await anna.waitForView(isForm);
    expect(JSON.stringify(again.content)).toContain(compose.errors.storage);
    expect(fieldText(again)).toBe('kept');
  });

  it('asks before the same text is sent twice, and tells a second submission from a repeated one', async () => {
    const agains: boolean[] = [];
    const said = { kind: 'said-before', delivery: delivery({ state: 'delivered' }), nonce: 'n' } as const;
    const accept: SurfaceDeps['accept'] = async ({ sayAgain }) => {
      agains.push(sayAgain);
      return sayAgain ? { kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7' } : said;
    };
    const anna = await openForm({ accept });
    const first = await anna.submit({ comment: 'twice' });
    expect(first.outcome).toBe('updated');
    await harness.slack.redeliver(first.interaction);
    expect(anna.view()?.values).toMatchObject({ task: { task: { selected_option: { value: '51' } } } });
    expect(fieldText(shown(anna))).toBe('twice');
    expect(anna.view()?.blocks[0]).toMatchObject({
      type: 'alert',
      level: 'warning',
      text: { text: compose.saidBefore },
    });
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    expect(agains).toEqual([false, false, true]);
  });

  it('says with a reference that something is broken, in the window that is open already', async () => {
    const { drafts } = fakeUseCases();
    const save = async () => {
      throw new Error('broken storage');
    };
    const anna = await open({ drafts: { ...drafts, save } });
    await anna.shortcut('send_to_b24task', await anna.post('the message'));
    const view = await anna.waitForView(({ content }) => JSON.stringify(content).includes(loggedReference(harness)));
    expect(view.content['submit']).toBeUndefined();
  });

  it('tells the person when the window stays empty, unless they have closed it', async () => {
    const anna = await open();
    harness.slack.fault('views.update', { status: 500 }, 1);
    await anna.shortcut('send_to_b24task', await anna.post('one'));
    await anna.waitFor(({ text }) => text === compose.notFilled);
    await anna.closeView({ all: true });
    harness.slack.fault('views.update', { error: 'not_found' }, 1);
    await anna.shortcut('send_to_b24task', await anna.post('two'));
    await harness.slack.waitForCall(({ method, error }) => method === 'views.update' && error === 'not_found');
    await harness.surface.stop();
    expect(anna.seen()).toHaveLength(1);
  });

  it('builds the link of the message itself when Slack does not tell it in time', async () => {
    const clock = clockOfToday();
    const { drafts } = fakeUseCases();
    const anna = await open({ clock, drafts });
    const message = await anna.post('the message');
    harness.slack.fault('chat.getPermalink', { slowMs: 600 }, 1);
    await anna.shortcut('send_to_b24task', message);
    await until(() => clock.waiting().includes(1_000));
    clock.advance(1_000);
    const view = await anna.waitForView(isForm);
    const draft = await drafts.find({ tenant: anna.teamId, user: anna.id }, 'draft-1');
    expect(String(view.content['private_metadata'])).toBe('rich draft-1');
    expect(draft?.content).toMatchObject({
      permalink: `https://acme.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}`,
    });
  });

  it('answers a search in time, without options if necessary', async () => {
    const clock = clockOfToday();
    const cases = fakeUseCases();
    let asked = false;
    const suggest = () => {
      asked = true;
      return new Promise<Suggestions>(() => {});
    };
    const anna = await open({ clock, tasks: { ...cases.tasks, suggest } });
    await anna.shortcut('send_to_b24task', await anna.post('the message'));
    await anna.waitForView(isForm);
    const answer = anna.suggest('task', 'slow');
    await until(() => asked);
    expect(Math.min(...clock.waiting())).toBeLessThan(3_000);
    clock.advance(2_600);
    expect(await answer).toMatchObject({ status: 200, timedOut: false, options: [] });
  });

  it('answers a search without options after an error, and logs it', async () => {
    const cases = fakeUseCases();
    const suggest = async () => {
      throw new TypeError('a bug');
    };
    const anna = await open({ tasks: { ...cases.tasks, suggest } });
    await anna.shortcut('send_to_b24task', await anna.post('the message'));
    await anna.waitForView(isForm);
    expect(await anna.suggest('task', 'x')).toMatchObject({ status: 200, options: [] });
    expect(harness.log.some(({ level }) => level === 'error')).toBe(true);
  });

  it('opens from the ⚡ menu too, outside of any conversation', async () => {
    const anna = await open();
    await anna.shortcut('write_to_b24task');
    await anna.waitForView(isForm);
    await anna.suggest('task', '');
    expect(await anna.submit({ task: '51', comment: 'from anywhere' })).toMatchObject({ outcome: 'cleared' });
    const [submission] = harness.submissions;
    expect(JSON.stringify(submission?.document)).toContain('from anywhere');
    expect(submission?.route).toMatchObject({ user: anna.id, place: { channel: '' } });
    expect(submission?.route.responseUrl).toBeUndefined();
  });

  it('is answered with a direct message where Slack did not open it from the ⚡ menu', async () => {
    const anna = await open();
    harness.slack.fault('views.open', { error: 'expired_trigger_id' }, 1);
    await anna.shortcut('write_to_b24task');
    await anna.waitFor(({ text, via }) => text === compose.notOpened && via === 'postMessage');
  });

  it('leaves other shortcuts to the handler of unknown ones', async () => {
    const anna = await open();
    await anna.shortcut('of_another_version', await anna.post('the message'));
    await anna.waitFor(({ text }) => text === commands.unknownInteraction);
  });
});

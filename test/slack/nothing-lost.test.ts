import { afterEach, describe, expect, it } from 'vitest';
import type { AcceptFailure } from '../../src/domain/failure.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { objectAt, textAt } from '../../src/sandbox/slack/json.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import type { Suggestions } from '../../src/tasks/suggest-task.ts';
import { fieldText } from '../support/field-text.ts';
import { acme, fakeUseCases, type Harness, identity, openHarness, task } from './harness.ts';

const typed = 'typed *once* & <never> again';
/** The same as Slack's rich text. */
const shown = [
  { type: 'text', text: 'typed ' },
  { type: 'text', text: 'once', style: { bold: true } },
  { type: 'text', text: ' & <never> again' },
]
  .map((element) => JSON.stringify(element))
  .join();
const words = 'typed once & <never> again';
const { buttons } = textsIn('en');
const found: Suggestions = { groups: [{ kind: 'found', tasks: [{ task: task(51), title: 'Report' }] }], portal: acme };

let harness: Harness | undefined;
afterEach(async () => {
  expect(harness?.slack.complaints ?? []).toEqual([]);
  await harness?.close();
  harness = undefined;
});

async function open(deps: Partial<SurfaceDeps> = {}): Promise<SandboxPerson> {
  const cases = fakeUseCases();
  harness = await openHarness({
    deps: {
      linking: { ...cases.linking, find: async () => identity() },
      tasks: { ...cases.tasks, suggest: async () => found },
      ...deps,
    },
  });
  return harness.slack.as('anna');
}

const refusing = (failure: AcceptFailure) => ({ accept: async () => ({ kind: 'failed', failure }) as const });
const breaking = { accept: () => Promise.reject(new Error('a bug')) };
const lost = () => Promise.reject(new Error('the disk is gone'));
const unsaved = { drafts: { ...fakeUseCases().drafts, save: lost } };

describe('what was typed after a command', () => {
  it.each<[string, string, string, Partial<SurfaceDeps>]>([
    ['another portal', '51', buttons.chooseTask, refusing({ kind: 'foreign-portal', portal: acme, linked: acme })],
    ['a queue that is full', '51', buttons.openForm, refusing({ kind: 'too-many-waiting', most: 500 })],
    ['a number that is none', '051', buttons.asMessage, {}],
    ['a link to no task', 'https://acme.bitrix24.com/company/personal/user/1/tasks/', buttons.asMessage, {}],
  ])('is in the form, one press after %s', async (_, word, label, deps) => {
    const anna = await open(deps);
    await anna.command(`/b24task ${word} ${typed}`);
    await anna.click(label);
    const form = await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
    expect(fieldText(form)).toContain(words);
  });

  it.each<[string, Partial<SurfaceDeps>]>([
    ['a text that is too long', refusing({ kind: 'text-too-long', parts: 6, most: 5, over: 12 })],
    ['a storage that is away', refusing({ kind: 'storage-unavailable' })],
    ['a storage that does not confirm', refusing({ kind: 'storage-unconfirmed' })],
    [
      'a queue that is full, and no room for a draft',
      { ...refusing({ kind: 'too-many-waiting', most: 1 }), ...unsaved },
    ],
    ['a bug', breaking],
    ['a refusal of the person', { rules: { teams: ['T9'], allowGuests: true } }],
  ])('is shown in the answer to %s', async (_, deps) => {
    const anna = await open(deps);
    const answer = await anna.command(`/b24task 51 ${typed}`);
    expect(JSON.stringify(answer.json['blocks'])).toContain(shown);
  });

  it.each(['/b24task', '/b24task 051'])('is shown where Slack does not open the form: %s', async (command) => {
    const anna = await open(command === '/b24task' ? {} : unsaved);
    harness?.slack.fault('views.open', { error: 'expired_trigger_id' }, 1);
    const answer = await anna.command(`${command} ${typed}`);
    expect(JSON.stringify(answer.json['blocks'])).toContain('once');
  });

  it('is not shown where it has a webhook in it: that is a password', async () => {
    const anna = await open(breaking);
    const answer = await anna.command('/b24task 51 https://acme.bitrix24.com/rest/1/planted-secret/');
    expect(JSON.stringify(answer.json)).not.toContain('planted-secret');
  });
});

describe('what was typed into the form', () => {
  const openForm = async (deps: Partial<SurfaceDeps>) => {
    const anna = await open(deps);
    await anna.command('/b24task');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
    await anna.suggest('task', '');
    return anna;
  };

  it('is in the form again after the person had to connect', async () => {
    let isLinked = true;
    const { linking } = fakeUseCases();
    const account = identity().account;
    const anna = await openForm({
      ...refusing({ kind: 'not-linked' }),
      linking: {
        ...linking,
        find: async () => (isLinked ? identity() : undefined),
        linkWebhook: async () => {
          isLinked = true;
          return { ok: true, value: { account, resumed: 0, cancelled: 0 } };
        },
      },
    });
    isLinked = false;
    expect(await anna.submit({ task: '51', comment: typed })).toMatchObject({ outcome: 'updated' });
    await anna.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/planted-secret/' });
    const form = await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
    expect(form.values).toMatchObject({
      task: { task: { selected_option: { value: '51' } } },
    });
    expect(fieldText(form)).toBe(words);
  });

  it('stays in the form after a bug', async () => {
    const anna = await openForm(breaking);
    expect(await anna.submit({ task: '51', comment: typed })).toMatchObject({ outcome: 'errors' });
    expect(fieldText(anna.view() ?? { values: {} })).toBe(words);
  });

  it('is shown where the person may not use the app any more', async () => {
    const rules: { teams?: string[]; allowGuests: boolean } = { allowGuests: true };
    const anna = await openForm({ rules });
    rules.teams = ['T9'];
    expect(await anna.submit({ task: '51', comment: typed })).toMatchObject({ outcome: 'updated' });
    expect(JSON.stringify(anna.view()?.content)).toContain(shown);
  });

  it('is shown where an earlier version of it was taken', async () => {
    const anna = await openForm(refusing({ kind: 'other-version-accepted' }));
    await anna.submit({ task: '51', comment: typed });
    const told = await anna.waitFor(({ text }) => text.startsWith('*Nothing more was sent:*'));
    expect(JSON.stringify(told.blocks)).toContain(shown);
  });

  it('is shown whole in direct messages, of which none has more text than Slack takes', async () => {
    const anna = await open(refusing({ kind: 'other-version-accepted' }));
    await anna.shortcut('write_to_b24task');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.compose');
    await anna.suggest('task', '');
    const long = Array.from({ length: 20 }, (_, at) => `${at} ${'слово '.repeat(200)}`.trim()).join('\n');
    await anna.submit({ task: '51', comment: long });
    await anna.waitFor(({ blocks }) => JSON.stringify(blocks).includes('19 слово'));
    const told = anna.seen().flatMap(({ blocks }) => blocks.map((block) => textAt(objectAt(block, 'text'), 'text')));
    expect(told.join('').replaceAll(/\s/g, '')).toContain(long.replaceAll(/\s/g, ''));
  });
});

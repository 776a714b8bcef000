import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/delivery/submission.ts';
import type { Delivery, ReplyRoute } from '../../src/domain/delivery.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { isObject, type JsonObject, objectsAt, parseJson } from '../../src/sandbox/slack/json.ts';
import { replyTo, type Told } from '../../src/slack/views/delivery-replies.ts';
import { homeView } from '../../src/slack/views/home-view.ts';
import { statusMessage } from '../../src/slack/views/status-message.ts';
import { acme, delivery, fakeUseCases, type Harness, identity, openHarness, portal, task } from './harness.ts';

/** More than the first sixty characters, of which a reply shows no more. */
const words = 'the draft of <Q3> & *more* of it, which is longer than sixty characters are';
const beginning = 'the draft of <Q3> & more of it';
const title = 'Prepare the report';

const outcomes: readonly Partial<Delivery>[] = [
  { state: 'refused', outcome: { kind: 'refused', failure: { kind: 'no-access' } } },
  { state: 'expired', outcome: { kind: 'expired' } },
  { state: 'unknown', outcome: { kind: 'unknown' } },
  { state: 'cancelled', outcome: { kind: 'cancelled', by: 'sender' } },
  { state: 'cancelled', outcome: { kind: 'cancelled', by: 'unlink' } },
  { state: 'cancelled', outcome: { kind: 'cancelled', by: 'relink' } },
  { state: 'cancelled', outcome: { kind: 'cancelled', by: 'administrator' } },
];

const readers = [
  { locale: 'en', name: 'anna' },
  { locale: 'ru', name: 'bob' },
] as const;

describe.each(readers)('the excerpt of the message, in $locale,', ({ locale, name }) => {
  const texts = textsIn(locale);
  const { buttons } = texts;
  const wording = { excerpt: `${beginning}, which is longer than…`, mrkdwn: words };
  const ended = delivery({
    id: 'ended',
    state: 'refused',
    outcome: { kind: 'refused', failure: { kind: 'no-access' } },
  });
  let harness: Harness;
  let accepted: Accepted = { kind: 'duplicate', id: 'delivery-1' };
  let cancelled: 'cancelled' | 'sending' | 'ambiguous' | 'ended' = 'ended';
  let route: ReplyRoute | undefined;
  let hasDefault = false;

  beforeAll(async () => {
    const { linking, deliveries, tasks, defaults } = fakeUseCases();
    harness = await openHarness({
      deps: {
        accept: async (submission) => {
          route = submission.route;
          return accepted;
        },
        resend: async () => accepted,
        linking: { ...linking, find: async () => identity() },
        deliveries: {
          ...deliveries,
          listEnded: async () => [ended],
          listOpen: async () => [delivery({ id: 'open' })],
          cancel: async () => cancelled,
          wordingsOf: async (_, ids) => new Map(ids.map((id) => [id, wording])),
        },
        tasks: { ...tasks, knownTitle: async () => title },
        defaults: {
          ...defaults,
          isKnown: async () => false,
          find: async () => (hasDefault ? { portal: acme, task: task(52) } : undefined),
          show: async () =>
            hasDefault
              ? {
                  portal: acme,
                  task: task(52),
                  bitrixUserId: '7',
                  checked: { kind: 'found', title, status: 'pending' },
                }
              : undefined,
        },
      },
    });
  });
  afterAll(() => harness.close());

  const taken = { kind: 'accepted', id: 'new', portal: acme, task: task(51), bitrixUserId: '7' } as const;
  const parkedTaken = { ...taken, parked: { kind: 'credential-rejected' } } as const;
  const refusals: readonly Extract<Accepted, { kind: 'failed' }>['failure'][] = [
    { kind: 'not-linked' },
    { kind: 'foreign-portal', portal: portal('https://other.example'), linked: acme },
    { kind: 'too-many-waiting', most: 200 },
    { kind: 'text-too-long', parts: 9, most: 5, over: 100 },
    { kind: 'other-version-accepted' },
    { kind: 'storage-unavailable' },
    { kind: 'storage-unconfirmed' },
  ];

  it.each(refusals)('stands first where nothing was taken: $kind', async (failure) => {
    accepted = { kind: 'failed', failure };
    expectAbout((await harness.slack.as(name).command(`/b24task 51 ${words}`)).json);
  });

  it.each<[string, Accepted]>([
    ['the same was said a moment ago', { kind: 'said-before', delivery: delivery({ state: 'delivered' }), nonce: 'n' }],
    ['the connection does not work', parkedTaken],
  ])('stands first, with the title of the task: %s', async (_, answer) => {
    accepted = answer;
    expectAbout((await harness.slack.as(name).command(`/b24task 51 ${words}`)).json, title);
  });

  it.each([`5.1 ${words}`, `051 ${words}`])('stands first where it is asked what was meant', async (typed) => {
    const { json } = await harness.slack.as(name).command(`/b24task ${typed}`);
    expect(JSON.stringify(objectsAt(json, 'blocks')[0])).toContain('the draft of');
  });

  it('stands first in the question before the first message to a default, and when that is on its way', async () => {
    hasDefault = true;
    const person = harness.slack.as(name);
    const asked = await person.command(`/b24task ${words}`);
    expectAbout(asked.json, title);
    accepted = taken;
    const after = person.seen().at(-1)?.order ?? 0;
    await person.click(buttons.sendThere);
    const { order } = await person.waitFor((said) => said.order >= after && said.replaced > 0);
    expectAbout(sentAs(person.seen().find((said) => said.order === order)), title);
    hasDefault = false;
  });

  /** The answer to a press on a button of a reply about `about`. */
  async function pressed(kind: 'final' | 'waiting', about: Delivery, label: string): Promise<JsonObject> {
    const person = harness.slack.as(name);
    if (route) {
      await harness.surface.reporter.report({ kind, delivery: about, files: [], losses: [], route, attempts: 0 });
    }
    const on = person.seen().at(-1);
    const shown = on?.order ?? 0;
    const before = JSON.stringify(on?.blocks);
    await person.click(label, on ? { on } : {});
    const isAnswer = ({ order, blocks }: { order: number; blocks: unknown }) =>
      order > shown || (order === shown && JSON.stringify(blocks) !== before);
    await person.waitFor(isAnswer);
    return sentAs(person.seen().find(isAnswer));
  }

  it.each<[string, Accepted, string?]>([
    ['goes', taken, title],
    ['waits', parkedTaken, title],
    ['was sent again already', { kind: 'duplicate', id: 'new' }],
  ])('stands first where it is sent again and %s', async (_, answer, known) => {
    accepted = answer;
    expectAbout(await pressed('final', ended, buttons.sendAgain), known);
  });

  it.each(['sending', 'ambiguous', 'ended', 'cancelled'] as const)(
    'stands first where somebody takes it back, and it is %s',
    async (result) => {
      cancelled = result;
      expectAbout(await pressed('waiting', delivery(), buttons.cancel));
    },
  );

  it.each<Partial<Delivery>>(outcomes)('stands first in the last reply: %j', (changed) => {
    expectAbout(sentAs(replyTo(told({ kind: 'final', delivery: delivery(changed) }), texts)), title);
  });

  it.each<Pick<Told, 'kind' | 'delivery'>>([
    { kind: 'waiting', delivery: delivery() },
    { kind: 'waiting', delivery: delivery({ waitingFor: { kind: 'unreachable' } }) },
    { kind: 'waiting', delivery: delivery({ ambiguous: true, waitingFor: { kind: 'no-answer' } }) },
    { kind: 'parked', delivery: delivery({ parked: true, waitingFor: { kind: 'credential-rejected' } }) },
  ])('stands first in a notice', (notice) => {
    expectAbout(sentAs(replyTo(told(notice), texts)), title);
  });

  it('stands above each line of the status and of Home', () => {
    const open = [delivery({ id: 'open' }), delivery({ id: 'parked', parked: true })];
    const abouts = new Map([...open, ended].map(({ id }) => [id, { excerpt: wording.excerpt, title }]));
    const shown = [
      [statusMessage(identity(), open, abouts, texts), 2],
      [homeView({ identity: identity(), open, ended: [ended], defaults: [], abouts }, texts), 3],
    ] as const;
    for (const [view, times] of shown) {
      expect(JSON.stringify(view.blocks).split(beginning)).toHaveLength(times + 1);
      expect(JSON.stringify(view.blocks).split(title)).toHaveLength(times + 1);
    }
  });

  function told(changed: Pick<Told, 'kind' | 'delivery'>): Told {
    return { files: [], losses: [], wording, title, ...changed };
  }
});

function sentAs(message: unknown): JsonObject {
  const json = parseJson(JSON.stringify(message));
  return isObject(json) ? json : {};
}

/** The first block is the beginning of the message alone; the next names the task where its title is known. */
function expectAbout(message: JsonObject, known?: string): void {
  const [first, ...others] = objectsAt(message, 'blocks');
  expect(first).toMatchObject({ type: 'context', elements: [{ type: 'plain_text' }] });
  expect(JSON.stringify(first)).toContain(beginning);
  expect(JSON.stringify(first)).not.toContain('characters');
  expect(JSON.stringify(others[0])).toContain(known ?? '');
}

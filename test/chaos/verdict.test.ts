import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../src/sandbox/bitrix24/request-log.ts';
import type { ChatMessage } from '../../src/sandbox/bitrix24/state.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { closedTask, relinker, type Writer } from './harness.ts';
import type { Sent } from './journal.ts';
import { meaningOf } from './replies.ts';
import { chaosTiming } from './scale.ts';
import { type Evidence, judge } from './verdict.ts';

const boris: Writer = { name: 'boris', userId: 102 };
const start = 1_800_000_000_000;
const said = {
  sent: 'Sent to task 51.',
  refused: '*Not sent* to task 51. There is no such task.',
  unknown: '*It is not certain* that this reached task 51.',
  expired: '*Not sent* to task 51. It waited for 23 hours.',
  cancelled: '*Not sent* to task 51. You took it back.',
  pressed: 'Taken back: nothing more of it goes out.',
};

/** What is known of one message: what the portal did with it, and what its sender read. */
type Story = {
  readonly sent?: Partial<Sent>;
  readonly requests?: readonly Partial<RequestRecord>[];
  readonly chat?: readonly Partial<{ part: number; text: string; author: number }>[];
  readonly replies?: readonly (string | readonly [string, number])[];
};

type Surroundings = Partial<Pick<Evidence, 'chats' | 'honoursKeys' | 'outages' | 'replicas'>>;

/** A message that was sent, answered and told as it should be. */
const fine: Story = { requests: [{ executed: true, status: 200 }], chat: [{}], replies: [said.sent] };

function verdictOn(stories: readonly Story[], surroundings: Surroundings = {}) {
  const sent = stories.map((story, index): Sent => {
    const at = start + index * 1_000;
    return {
      text: `m${index}`,
      writer: boris,
      authorId: boris.userId,
      task: 51,
      channel: `C${index}`,
      sentAt: at,
      id: `id${index}`,
      takenAt: at + 20,
      handedOver: 1,
      cancelPressed: false,
      ...story.sent,
    };
  });
  return judge({
    sent,
    chats: new Map([[51, stories.flatMap((story, index) => messagesOf(story, index))]]),
    requests: stories.flatMap((story, index) => requestsOf(story, index)),
    replies: new Map(stories.map((story, index) => [`C${index}`, repliesOf(story)])),
    outages: [],
    honoursKeys: true,
    relinked: [relinker.name],
    ...surroundings,
  });
}

function messagesOf({ chat = [] }: Story, index: number): ChatMessage[] {
  return chat.map(({ part = 1, text = `m${index}`, author = boris.userId }) => ({
    id: 1,
    author: { id: author, name: 'somebody' },
    text,
    at: start,
    key: `id${index}.${part}`,
  }));
}

function requestsOf({ requests = [] }: Story, index: number): RequestRecord[] {
  return requests.map((given, attempt) => ({
    seq: index * 100 + attempt,
    at: start + index * 1_000 + 100 + attempt,
    sourceAddress: '',
    generation: 'v3',
    method: 'tasks.task.chat.message.send',
    key: `id${index}.1`,
    bodyHash: '',
    userId: boris.userId,
    executed: false,
    replayed: false,
    code: undefined,
    fault: undefined,
    status: undefined,
    ...given,
  }));
}

function repliesOf({ replies = [] }: Story) {
  return replies.map((given, index) => {
    const [text, at] = typeof given === 'string' ? [given, start + 2_000] : given;
    const seen: SeenMessage = {
      order: index,
      teamId: 'T1',
      channel: 'C1',
      ts: '1.1',
      ephemeralTo: null,
      via: 'response_url',
      at,
      text,
      blocks: [],
      message: {},
      replaced: 0,
      deleted: false,
      reactions: new Map(),
    };
    return { meaning: meaningOf(seen), seen };
  });
}

/** What is wrong when the chat reads so. */
function chatOf(stories: readonly Story[], ...chat: readonly ChatMessage[]): readonly string[] {
  return verdictOn(stories, { chats: new Map([[51, chat]]) }).violations;
}

const unanswered = { executed: true, fault: 'lost after' };
const badlyAnswered = { executed: true, fault: 'error INTERNAL_SERVER_ERROR 500 flat after', status: 500 };
const refusal = { fault: undefined, status: 403, code: 'BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION' };

describe('the verdict on a run', () => {
  it('has nothing against what went as it should', () => {
    const inTheDark = { sent: { task: closedTask }, requests: [refusal], replies: [said.refused] };
    const takenBack = { sent: { cancelPressed: true }, replies: [said.pressed, said.cancelled] };
    const repeated = { ...fine, requests: [unanswered, { replayed: true, status: 200 }] };
    const inDoubt = { requests: [badlyAnswered], chat: [{}], replies: [said.unknown] };
    expect(verdictOn([fine, inTheDark, takenBack, repeated, inDoubt]).violations).toEqual([]);
  });

  const leaseMs = 3 * chaosTiming.leaseMs;

  it.each([
    ['by another replica after the report was left to nobody', 2, leaseMs, []],
    ['by another replica before that', 2, leaseMs - 1, [expect.stringContaining('told again')]],
    ['by the only process there is', 1, leaseMs, [expect.stringContaining('told again')]],
  ])('knows when an end may be told again: %s', (_, replicas, afterMs, violations) => {
    const request = { executed: true, status: 200, at: start + 100 };
    const replies = [
      [said.sent, start + 200],
      [said.sent, request.at + afterMs],
    ] as const;
    expect(verdictOn([{ ...fine, requests: [request], replies }], { replicas }).violations).toEqual(violations);
  });

  it.each<readonly [string, Story, string]>([
    ['a message that nobody was told about', { ...fine, replies: [] }, 'was never told'],
    ['a message that is not there', { ...fine, chat: [] }, 'was reported delivered'],
    ['a copy', { ...fine, requests: [unanswered, { executed: true, status: 200 }], chat: [{}, {}] }, 'more than once'],
    ['another author', { ...fine, chat: [{ author: 1 }] }, 'has the author 1'],
    ['another text', { ...fine, chat: [{ text: 'garbled' }] }, 'reads "garbled"'],
    ['two ends', { ...fine, replies: [said.sent, said.unknown] }, 'ended as'],
    ['an end that is told twice for no reason', { ...fine, replies: [said.sent, said.sent] }, 'told again'],
    ['a refusal that nobody gave', { replies: [said.refused] }, 'was refused where everybody may write'],
    ['an end long before the deadline', { replies: [said.expired] }, 'expired after 2000 ms'],
    ['a cancellation that nobody asked for', { replies: [said.cancelled] }, 'nobody asked for it'],
    ['a message that goes on after Cancel', { ...fine, replies: [said.pressed, said.sent] }, 'was told "Taken back"'],
    ['a doubt without a reason', { ...fine, replies: [said.unknown] }, 'nothing stood in the way'],
    [
      'a lost answer that nobody asked for again',
      { ...fine, requests: [unanswered], replies: [said.unknown] },
      'although the portal honours the key',
    ],
    [
      'a message that goes on although nothing was sent',
      { ...fine, sent: { takenAt: undefined }, replies: ['*Nothing was sent*: the storage is down.', said.sent] },
      'told that nothing was sent',
    ],
  ])('finds %s', (_, story, problem) => {
    expect(verdictOn([story]).violations.join('\n')).toContain(problem);
  });

  it('finds messages of a lane in another order, and one that stands between the parts of another', () => {
    const [first, second] = [messagesOf(fine, 0), messagesOf(fine, 1)];
    expect(chatOf([fine, fine], ...second, ...first).join()).toContain('stands before');
    const inParts: Story = {
      sent: { text: 'x'.repeat(30_000) },
      requests: [
        { executed: true, status: 200 },
        { executed: true, status: 200, key: 'id0.2' },
      ],
      chat: [1, 2].map((part) => ({ part, text: `(${part}/2)\nx` })),
      replies: ['Sent to task 51 in 2 parts.'],
    };
    const parts = messagesOf(inParts, 0);
    expect(chatOf([inParts, fine], ...parts, ...second)).toEqual([]);
    expect(chatOf([inParts, fine], ...parts.slice(0, 1), ...second, ...parts.slice(1)).join()).toContain(
      'stands before',
    );
  });

  it('finds what nobody sent, and what is sent again to a portal that ignores the key', () => {
    expect(chatOf([], { id: 2, author: { id: 1, name: '' }, text: 'stray', at: start, key: 'other.1' })).toEqual([
      'nobody sent "stray"',
    ]);
    const again = {
      ...fine,
      requests: [
        { ...unanswered, executed: false },
        { executed: true, status: 200 },
      ],
    };
    expect(verdictOn([again], { honoursKeys: false }).violations.join()).toContain('ignores the key');
  });

  it('excuses a copy after a fault whose answer was lost, but neither its text nor a habit of it', () => {
    const copied = {
      ...fine,
      requests: [badlyAnswered, { executed: true, status: 200 }],
      chat: [{}, {}],
      replies: [said.sent],
    };
    const outages = [{ from: start, to: start + 60_000 }];
    const { violations, counts } = verdictOn([copied, fine], { outages });
    expect(violations).toEqual([]);
    expect(counts.get('beyond knowing')).toBe(1);
    expect(verdictOn([copied]).violations).not.toEqual([]);
    const garbled = { ...copied, chat: [{}, { text: 'garbled' }] };
    expect(verdictOn([garbled], { outages }).violations.join()).toContain('reads "garbled"');
    expect(
      verdictOn(
        Array.from({ length: 4 }, () => copied),
        { outages },
      ).violations,
    ).toEqual(['4 of 4 faults were followed by a repeat']);
  });

  it('shows everything that happened to the message of a violation, and to no other', () => {
    const twice = { ...fine, requests: [unanswered, { executed: true, status: 200 }], chat: [{}, {}] };
    const { traces } = verdictOn([fine, twice], { outages: [{ from: start + 1_050, to: start + 1_060 }] });
    expect(traces).toHaveLength(1);
    const lines = traces[0]?.split('\n').map((line) => line.replace(/^ +/, '')) ?? [];
    expect(lines[0]).toBe('m1 (delivery id1)');
    expect(lines).toContain('0 ms  typed in C1, handed over 1 times');
    expect(lines).toContain('20 ms  acknowledged');
    expect(lines).toContain('50 ms  killed or cut off for 10 ms');
    expect(lines).toContain('100 ms  request id1.1: lost after, answered nothing, executed');
    expect(lines.filter((line) => line.includes('in the chat of task 51: part 1'))).toHaveLength(2);
    expect(lines.some((line) => line.includes(`told delivered: ${said.sent}`))).toBe(true);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/delivery/ports.ts';
import type { Announcement } from '../../src/domain/delivery.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { Fault } from '../../src/sandbox/slack/state/faults.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { clockOfToday, delivery, type Harness, openHarness } from './harness.ts';

const { notAnnounced, announcedPerhaps } = textsIn('en').replies;
const mark = 'white_check_mark';

let harness: Harness;
let clock: ManualClock;
afterEach(async () => {
  expect(harness.slack.complaints).toEqual([]);
  await harness.close();
});

/** A delivered message of Anna's that was passed on from a channel. */
async function passedOn(as: Announcement['as'], channel = 'general', change: Partial<Report> = {}) {
  clock = clockOfToday();
  harness = await openHarness({ deps: { clock } });
  const { slack, surface } = harness;
  const posted = await slack.as('bob').post('the draft', { channel });
  const anna = slack.directory.person('anna');
  const report: Report = {
    kind: 'final',
    delivery: delivery({ id: crypto.randomUUID(), state: 'delivered', outcome: { kind: 'delivered' } }),
    losses: [],
    route: {
      team: anna.teamId,
      user: anna.id,
      locale: 'en',
      place: { channel: '' },
      announce: { as, channel: posted.channel, ts: posted.ts },
    },
    attempts: 0,
    ...change,
  };
  const tell = (attempts = 0) => surface.reporter.report({ ...report, attempts });
  const replies = () => slack.seenBy('bob').filter(({ threadTs }) => threadTs === posted.ts);
  const said = () => slack.seenBy('anna').findLast(({ channel: where }) => where !== posted.channel)?.text ?? '';
  return { slack, posted, tell, replies, said };
}

describe('the mark on a message that was passed on', () => {
  it('is made once, however often the report is repeated', async () => {
    const { posted, tell, said } = await passedOn('reaction');
    expect(await tell()).toBe('made');
    expect(await tell(1)).toBe('made');
    expect(posted.reactions.get(mark)?.size).toBe(1);
    expect(said()).toMatch(/^Sent to /);
    expect(said()).not.toContain('not told');
  });

  it('counts as made when Slack says that it is there already', async () => {
    const { slack, tell, said } = await passedOn('reaction');
    slack.fault('reactions.add', { error: 'already_reacted' });
    expect(await tell()).toBe('made');
    expect(said()).not.toContain('not told');
  });

  it.each<[keyof typeof notAnnounced, Fault]>([
    ['no-member', { error: 'not_in_channel' }],
    ['no-member', { error: 'channel_not_found' }],
    ['no-mark-scope', { error: 'missing_scope' }],
    ['refused', { error: 'message_not_found' }],
    ['refused', { error: 'too_many_reactions' }],
    ['refused', { error: 'thread_locked' }],
    ['refused', { error: 'is_archived' }],
  ])('is named as missing in the reply to the sender: %s after %j', async (why, fault) => {
    const { slack, posted, tell, said } = await passedOn('reaction');
    slack.fault('reactions.add', fault);
    expect(await tell()).toBe('made');
    expect(said()).toContain(notAnnounced[why]);
    expect(posted.reactions.size).toBe(0);
  });

  it('is tried again while Slack fails, and given up before the sender waits for long', async () => {
    const { slack, posted, tell, said } = await passedOn('reaction');
    const end = slack.fault('reactions.add', { rateLimitedSeconds: 7 });
    expect(await tell()).toEqual({ againInMs: 7_000 });
    end();
    expect(slack.seenBy('anna')).toEqual([]);
    clock.advance(7_000);
    expect(await tell(1)).toBe('made');
    expect(posted.reactions.has(mark)).toBe(true);
    expect(said()).not.toContain('not told');
  });

  it('is given up after three tries', async () => {
    const { slack, tell, said } = await passedOn('reaction');
    slack.fault('reactions.add', { status: 500 });
    expect([await tell(0), await tell(1), await tell(2)]).toEqual(['again', 'again', 'made']);
    expect(said()).toContain(notAnnounced.refused);
  });

  it.each([
    ['waits', { kind: 'waiting', delivery: delivery() }],
    ['was not sent', { delivery: delivery({ state: 'cancelled', outcome: { kind: 'cancelled', by: 'sender' } }) }],
  ] as const)('is not made where the message %s', async (_, change) => {
    const { posted, tell } = await passedOn('reaction', 'general', change);
    expect(await tell()).toBe('made');
    expect(posted.reactions.size).toBe(0);
  });
});

describe('the reply below a message that was passed on', () => {
  it('is posted once, even when the reply to the sender has to be tried again', async () => {
    const { slack, posted, tell, replies, said } = await passedOn('reply');
    slack.fault('chat.postMessage', { slowMs: 0 }, 1);
    slack.fault('chat.postMessage', { status: 500 }, 1);
    const at = slack.directory.person('anna').id;
    expect(await tell()).toBe('again');
    expect(await tell(1)).toBe('made');
    expect(replies()).toMatchObject([{ threadTs: posted.ts }]);
    expect(replies()[0]?.text).toContain(`by <@${at}>.`);
    expect(said()).not.toContain(announcedPerhaps);
  });

  it('is not posted by a process that cannot know whether another one has posted it', async () => {
    const { tell, replies, said } = await passedOn('reply');
    expect(await tell(1)).toBe('made');
    expect(replies()).toEqual([]);
    expect(said()).toContain(announcedPerhaps);
  });

  it('is not posted again where its answer was lost', async () => {
    const { slack, tell, replies, said } = await passedOn('reply');
    slack.fault('chat.postMessage', { lost: true }, 1);
    expect(await tell()).toBe('made');
    expect(replies()).toHaveLength(1);
    expect(said()).toContain(announcedPerhaps);
  });

  it('is tried again when Slack certainly did not take it', async () => {
    const { slack, tell, replies } = await passedOn('reply');
    slack.fault('chat.postMessage', { rateLimitedSeconds: 7 }, 1);
    expect(await tell()).toEqual({ againInMs: 7_000 });
    expect(replies()).toEqual([]);
    clock.advance(7_000);
    expect(await tell(1)).toBe('made');
    expect(replies()).toHaveLength(1);
  });

  it('is named as missing in the reply to the sender when the app is no member', async () => {
    const { tell, replies, said } = await passedOn('reply', 'secret');
    expect(await tell()).toBe('made');
    expect(replies()).toEqual([]);
    expect(said()).toContain(notAnnounced['no-member']);
  });
});

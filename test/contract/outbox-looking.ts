import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import type { Accounted } from '../../src/delivery/task-chat.ts';
import { acme, claimNext, message, type OutboxHarness, other, requestOf } from './outbox-harness.ts';

const account = { portal: acme, userId: '7', name: 'Anna Petrova' };
const lookSoon = { kind: 'wait', delayMs: 0, failures: 0, ambiguous: true, look: 'soon' } as const;
const delivered = { kind: 'end', outcome: { kind: 'delivered' } } as const;
const refused: Transition = { kind: 'end', outcome: { kind: 'refused', failure: { kind: 'no-access' } } };
const found = (chatMessage: string) => ({ ...delivered, chatMessage });

/** What the outbox knows of the chats of tasks. */
export function lookingTests(harness: () => OutboxHarness): void {
  const open = () => harness().holder('one').outbox;

  describe('a part that is looked for', () => {
    it('keeps its look, and when it was first tried, until it goes out anew', async () => {
      const outbox = open();
      await outbox.accept(message());
      const first = await claimNext(outbox);
      expect(first.progress).toMatchObject({ resends: 0, attemptedAt: harness().now(), ambiguous: false });
      expect(first.progress.look).toBeUndefined();
      const attemptedAt = harness().now();
      await outbox.settle(first, lookSoon, {});
      await harness().advance(90_000);
      const second = await claimNext(outbox);
      expect(second.progress).toMatchObject({ look: 'soon', attemptedAt, ambiguous: true });
      await outbox.settle(second, { ...lookSoon, look: 'second' }, {});
      const third = await claimNext(outbox);
      expect(third.progress).toMatchObject({ look: 'second', attemptedAt });
      await outbox.settle(third, { kind: 'resend' }, {});
      await harness().advance(1_000);
      const anew = await claimNext(outbox);
      expect(anew.progress).toMatchObject({ resends: 1, attemptedAt: harness().now(), ambiguous: false });
      expect(anew.progress.look).toBeUndefined();
    });

    it('is never found as a message that another part was found as', async () => {
      const outbox = open();
      const [one, two] = await claimBoth(outbox, message({ user: 'U1' }), message({ user: 'U2' }));
      const settled = await Promise.all([outbox.settle(one, found('812'), {}), outbox.settle(two, found('812'), {})]);
      expect(settled.filter((each) => 'report' in each)).toHaveLength(1);
      const again = await claimNext(outbox);
      expect(again.progress).toMatchObject({ ambiguous: true, look: 'soon' });
      expect(again.delivery.outcome).toBeUndefined();
      expect(await outbox.settle(again, found('813'), {})).toMatchObject({ report: { kind: 'final' } });
    });

    it('is the first of its lane until one was delivered there', async () => {
      const outbox = open();
      const mine = { person: { tenant: 'T1', user: 'U1' }, portal: acme, task: message().task };
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), refused, {});
      await outbox.accept(message({ user: 'U2' }));
      await outbox.settle(await claimNext(outbox), delivered, {});
      expect(await outbox.hasDelivered(mine)).toBe(false);
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), delivered, {});
      expect(await outbox.hasDelivered(mine)).toBe(true);
      expect(await outbox.hasDelivered({ ...mine, portal: other })).toBe(false);
      expect(await outbox.hasDelivered({ ...mine, task: message({ task: 52 }).task })).toBe(false);
    });

    it('is known by its message, to its own author', async () => {
      const outbox = open();
      const long = message({ requests: [requestOf('part 1'), requestOf('part 2')] });
      await outbox.accept(long);
      await outbox.settle(await claimNext(outbox), { kind: 'next-part', chatMessage: '814' }, {});
      await outbox.settle(await claimNext(outbox), delivered, {});
      expect(await outbox.foundAs(long.person, long.id)).toEqual(new Map([[1, '814']]));
      expect(await outbox.foundAs({ tenant: 'T1', user: 'U2' }, long.id)).toEqual(new Map());
    });

    it('may be found as a message of the same number on another portal', async () => {
      const outbox = open();
      const [here, there] = await claimBoth(
        outbox,
        message(),
        message({ user: 'U2', account: { ...account, portal: other } }),
      );
      await outbox.settle(here, found('812'), {});
      expect(await outbox.settle(there, found('812'), {})).toMatchObject({ report: { kind: 'final' } });
    });

    it('leaves out what is, or may be, in the chat from others who share the account, and nothing else', async () => {
      const outbox = open();
      const elsewhere = [
        message({ user: 'U4', task: 52, text: 'other task' }),
        message({ user: 'U5', account: { ...account, userId: '8' }, text: 'other author' }),
        message({ user: 'U6', account: { ...account, portal: other }, text: 'other portal' }),
      ];
      const here = { delivered: 'U2', tied: 'U3', doubtful: 'U7', refused: 'U8', sending: 'U9' };
      const mine = message({ requests: [requestOf('mine 1'), requestOf('mine 2')] });
      const theirs = Object.entries(here).map(([text, user]) => message({ user, text }));
      for (const each of [mine, ...theirs, ...elsewhere]) {
        await outbox.accept(each);
      }
      const transitions = new Map<string, Transition>([
        ['U1', { kind: 'next-part' }],
        [here.delivered, delivered],
        [here.tied, found('1')],
        [here.doubtful, { ...lookSoon, delayMs: 60_000 }],
        [here.refused, refused],
        ['U4', delivered],
        ['U5', delivered],
        ['U6', delivered],
      ]);
      for (const claim of (await outbox.claim(20)).claims) {
        const transition = transitions.get(claim.delivery.person.user);
        if (transition) {
          await outbox.settle(claim, transition, {});
        }
      }
      const claim = await claimNext(outbox);
      expect(claim).toMatchObject({ part: 2, delivery: { id: mine.id } });
      const accounted = await outbox.accountedFor(claim);
      expect([...accounted.messages]).toEqual(['1']);
      const texts = ['mine 1', 'delivered', 'doubtful', 'sending'];
      expect(textsIn(accounted)).toEqual(texts.map((text) => requestOf(text)).toSorted());
    });

    it('leaves out nothing that ended long before it was tried', async () => {
      const outbox = open();
      await outbox.accept(message({ user: 'U2', text: 'old' }));
      await outbox.settle(await claimNext(outbox), delivered, {});
      await harness().advance(120_000);
      await outbox.accept(message());
      expect((await outbox.accountedFor(await claimNext(outbox))).parts).toEqual([]);
    });

    it('takes the messages of its parts along when its portal moves, and they go with it when it is forgotten', async () => {
      const outbox = open();
      const [one] = await claimBoth(outbox, message(), message({ user: 'U2' }));
      await outbox.settle(one, found('812'), {});
      await outbox.move(one.delivery.person, acme, { ...account, portal: other });
      await outbox.accept(message({ user: 'U3', account: { ...account, portal: other } }));
      const third = await claimNext(outbox);
      expect([...(await outbox.accountedFor(third)).messages]).toEqual(['812']);
      await outbox.forget(one.delivery.person);
      expect((await outbox.accountedFor(third)).messages.size).toBe(0);
    });

    it('was tried as long ago as before when the clock is set back', async () => {
      const outbox = open();
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), lookSoon, {});
      await harness().advance(10_000);
      await harness().jump(-3_600_000);
      const { progress } = await claimNext(outbox);
      expect(progress.now - progress.attemptedAt).toBe(10_000);
    });

    it('ends as delivered where its portal has confirmed it and its author unlinks', async () => {
      const outbox = open();
      const sent = message();
      await outbox.accept(sent);
      await outbox.settle(await claimNext(outbox), { ...lookSoon, look: 'posted', delayMs: 60_000 }, {});
      await outbox.cancelAll(sent.person, 'unlink');
      expect((await outbox.find(sent.person, sent.id))?.outcome).toEqual({ kind: 'delivered' });
    });
  });

  describe('a delivery with files', () => {
    const files = [
      { id: 'F1', team: 'T1', name: 'plan.pdf', size: 10 },
      { id: 'F2', team: 'T1', enterprise: 'E1', name: 'photo.png', size: 20, mimetype: 'image/png' },
    ];

    it('sends its texts, then its files, and says which it went on without', async () => {
      const outbox = open();
      const sent = message({ files });
      await outbox.accept(sent);
      const text = await claimNext(outbox);
      expect(text).toMatchObject({ part: 1, content: { kind: 'text' }, progress: { isFile: false, parts: 3 }, files });
      await outbox.settle(text, { kind: 'next-part' }, { honoursKey: true });
      const first = await claimNext(outbox);
      expect(first).toMatchObject({ part: 2, content: { kind: 'file', file: files[0] } });
      expect(first.progress).toMatchObject({ isFile: true, honoursKey: false });
      await outbox.settle(first, { kind: 'next-part', leftOut: { kind: 'too-large', most: 5 } }, {});
      const second = await claimNext(outbox);
      expect(second.content).toEqual({ kind: 'file', file: files[1] });
      const settled = await outbox.settle(second, { ...found('9'), leftOut: { kind: 'uncertain' } }, {});
      const leftOut = [
        { part: 2, problem: { kind: 'too-large', most: 5 } },
        { part: 3, problem: { kind: 'uncertain' } },
      ];
      expect(settled).toMatchObject({ report: { files, delivery: { outcome: { kind: 'delivered' }, leftOut } } });
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ parts: 3, leftOut });
      expect(await outbox.contentOf(sent.person, sent.id)).toMatchObject({ files });
    });

    it('is another one with other files, and the same with the same', async () => {
      const outbox = open();
      const sent = message({ files });
      await outbox.accept(sent);
      expect(await outbox.accept(sent)).toEqual({ kind: 'duplicate', same: true });
      expect(await outbox.accept({ ...sent, files: files.slice(1) })).toEqual({ kind: 'duplicate', same: false });
      expect(await outbox.accept(message({ files }), 60_000)).toMatchObject({ kind: 'said-before' });
      expect(await outbox.accept(message(), 60_000)).toEqual({ kind: 'accepted' });
    });

    it('may be files alone', async () => {
      const outbox = open();
      await outbox.accept(message({ requests: [], files: files.slice(0, 1) }));
      expect(await claimNext(outbox)).toMatchObject({ part: 1, content: { kind: 'file' }, delivery: { parts: 1 } });
    });

    it('leaves out files of others who share the account, but for those that were passed over', async () => {
      const outbox = open();
      await outbox.accept(message({ user: 'U2', requests: [], files }));
      await outbox.settle(await claimNext(outbox), { kind: 'next-part', leftOut: { kind: 'deleted' } }, {});
      await outbox.settle(await claimNext(outbox), delivered, {});
      await outbox.accept(message());
      expect(textsIn(await outbox.accountedFor(await claimNext(outbox)))).toEqual(['F2']);
    });
  });
}

function textsIn({ parts }: Accounted): readonly string[] {
  return parts.map((part) => (part.kind === 'text' ? part.request : part.file.id)).toSorted();
}

async function claimBoth(outbox: Outbox, ...messages: Parameters<Outbox['accept']>[0][]): Promise<[Claim, Claim]> {
  for (const each of messages) {
    await outbox.accept(each);
  }
  const [one, two] = (await outbox.claim(2)).claims;
  if (!one || !two) {
    throw new Error('Two are due');
  }
  return [one, two];
}

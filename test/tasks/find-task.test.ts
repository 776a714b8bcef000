import { describe, expect, it } from 'vitest';
import { personKey } from '../../src/domain/person.ts';
import { createChannelDefaults } from '../../src/tasks/channel-default.ts';
import { standingPortals } from '../support/standing-portals.ts';
import { acme, anna, bob, type FindingHarness, found, here, identity, openFinding, other, task } from './finding.ts';

const rights = {
  7: [found(51, 'Quarterly report'), found(52, 'Website'), found(53, 'Chairs')],
  9: [found(52, 'Website'), found(60, 'Salary review')],
};

function openHarness(): FindingHarness {
  const harness = openFinding(rights);
  harness.identities.set(personKey(anna), identity('link-anna', '7'));
  harness.identities.set(personKey(bob), identity('link-bob', '9'));
  return harness;
}

const words = (text: string) => ({ kind: 'words', words: text }) as const;
const number = (value: number) => ({ kind: 'number', task: task(value) }) as const;

describe('suggestions', () => {
  it('come in order: thread, channel, last tasks, found; each task only where it comes first', async () => {
    const { finding, memory } = openHarness();
    memory.threads.set('1.1', { portal: acme, task: task(52) });
    memory.defaults.set('C1', { portal: acme, task: task(52) });
    memory.written.set(personKey(anna), [
      { portal: acme, task: task(51), bitrixUserId: '7', title: 'Quarterly report' },
      { portal: acme, task: task(52), bitrixUserId: '7' },
      { portal: other, task: task(99), bitrixUserId: '7', title: 'of another portal' },
      { portal: acme, task: task(98), bitrixUserId: '8', title: 'as another user' },
    ]);
    const { groups, trouble } = await finding.suggest({ person: anna, place: here, query: words('') });
    expect(groups.map(({ kind, tasks }) => [kind, tasks.map((one) => one.title)])).toEqual([
      ['thread', ['Website']],
      ['recent', ['Quarterly report']],
      ['found', ['Chairs']],
    ]);
    expect(trouble).toBeUndefined();
  });

  it('leave out what the portal says is not for this person, and keep the number of what it does not say', async () => {
    const harness = openHarness();
    harness.memory.threads.set('1.1', { portal: acme, task: task(60) });
    const asAnna = await harness.finding.suggest({ person: anna, place: here, query: words('') });
    expect(asAnna.groups.map(({ kind }) => kind)).toEqual(['found']);
    harness.fail({ kind: 'no-answer' });
    const fresh = openHarness();
    fresh.memory.threads.set('1.1', { portal: acme, task: task(60) });
    fresh.fail({ kind: 'no-answer' });
    expect(await fresh.finding.suggest({ person: anna, place: here, query: words('') })).toEqual({
      portal: acme,
      groups: [{ kind: 'thread', tasks: [{ task: 60 }] }],
      trouble: { kind: 'no-answer' },
    });
  });

  it('never take over what another person was told, nor what the same person was told before linking anew', async () => {
    const harness = openHarness();
    await harness.finding.suggest({ person: bob, place: here, query: number(60) });
    harness.memory.threads.set('1.1', { portal: acme, task: task(60) });
    harness.fail({ kind: 'unreachable' });
    const titles = async (person: typeof anna) =>
      (await harness.finding.suggest({ person, place: here, query: words('') })).groups.flatMap(({ tasks }) =>
        tasks.map(({ title }) => title),
      );
    expect(await titles(bob)).toEqual(['Salary review']);
    expect(await titles(anna)).toEqual([undefined]);
    harness.identities.set(personKey(bob), identity('linked-anew', '9'));
    expect(await titles(bob)).toEqual([undefined]);
  });

  it('ask the portal once for the same words within a while, whatever their case, and again later', async () => {
    const { finding, asked, clock } = openHarness();
    const search = (text: string) => finding.suggest({ person: anna, place: here, query: words(text) });
    await Promise.all([search('web'), search('WEB '), search('web')]);
    await search('web');
    expect(asked).toEqual(['search "web"']);
    clock.advance(20_001);
    await search('web');
    expect(asked).toHaveLength(2);
  });

  it('do not keep a failure', async () => {
    const harness = openHarness();
    harness.fail({ kind: 'throttled' });
    const search = () => harness.finding.suggest({ person: anna, place: here, query: words('web') });
    expect((await search()).trouble).toEqual({ kind: 'throttled' });
    harness.fail(undefined);
    expect((await search()).groups).toHaveLength(1);
  });

  it('take a number for the task first, and for a word of titles where there is no such task', async () => {
    const harness = openFinding({ 7: [found(51, 'Plan for 2027'), found(2_026, 'Party')] });
    harness.identities.set(personKey(anna), identity('link', '7'));
    const numbers = async (value: number) =>
      (await harness.finding.suggest({ person: anna, place: here, query: number(value) })).groups[0]?.tasks.map(
        (one) => one.task,
      );
    expect(await numbers(2_026)).toEqual([2_026]);
    expect(await numbers(2_027)).toEqual([51]);
    expect(await harness.finding.suggest({ person: anna, place: here, query: number(77) })).toEqual({
      portal: acme,
      groups: [],
      trouble: { kind: 'no-access' },
    });
  });

  it('say that a link is of another portal without asking any, and that somebody is not linked', async () => {
    const { finding, asked } = openHarness();
    const query = { kind: 'link', portal: other, task: task(51) } as const;
    expect(await finding.suggest({ person: anna, place: here, query })).toMatchObject({
      groups: [],
      trouble: { kind: 'foreign-portal', portal: other, linked: acme },
    });
    const stranger = { tenant: 'T1', user: 'U-NEW' };
    expect((await finding.suggest({ person: stranger, place: here, query: words('x') })).trouble).toEqual({
      kind: 'not-linked',
    });
    expect(asked).toEqual([]);
  });
});

describe('the task to begin with', () => {
  it("is the thread's, else the channel's, as far as the person may read it", async () => {
    const harness = openHarness();
    const link = identity('link-anna', '7');
    const first = async () => (await harness.finding.preselect(link, anna, here))?.task;
    expect(await first()).toBeUndefined();
    harness.memory.defaults.set('C1', { portal: acme, task: task(53) });
    expect(await first()).toBe(53);
    harness.memory.threads.set('1.1', { portal: acme, task: task(60) });
    expect(await first()).toBe(53);
    harness.memory.threads.set('1.1', { portal: acme, task: task(51) });
    expect(await first()).toBe(51);
    harness.memory.threads.set('1.1', { portal: other, task: task(51) });
    expect(await first()).toBe(53);
  });
});

describe('the title for a reply', () => {
  const written = { portal: acme, task: task(51), bitrixUserId: '7' };

  it('is asked for once, and only while the bucket of the portal has room', async () => {
    const harness = openHarness();
    harness.setRoom(false);
    expect(await harness.finding.titleOf(anna, written)).toBeUndefined();
    harness.setRoom(true);
    expect(await harness.finding.titleOf(anna, written)).toBe('Quarterly report');
    expect(await harness.finding.titleOf(anna, written)).toBe('Quarterly report');
    expect(harness.asked).toEqual(['get 51']);
  });

  it('is asked for once for all whose messages a task has just taken, and told to nobody else', async () => {
    const harness = openHarness();
    const asAnna = { person: anna, identity: identity('link-anna', '7') };
    const asBob = { person: bob, identity: identity('link-bob', '9') };
    const website = { portal: acme, task: task(52) };
    const byAnna = { ...website, bitrixUserId: '7' };
    const byBob = { ...website, bitrixUserId: '9' };
    const told = () =>
      Promise.all([harness.finding.titleOfDelivered(asAnna, byAnna), harness.finding.titleOfDelivered(asBob, byBob)]);
    expect(await told()).toEqual(['Website', 'Website']);
    expect(await told()).toEqual(['Website', 'Website']);
    expect(harness.asked).toEqual(['get 52']);
    expect(await harness.finding.titleOfDelivered(asBob, byAnna)).toBeUndefined();
    harness.clock.advance(10 * 60_000 + 1);
    expect(await told()).toEqual(['Website', 'Website']);
    expect(harness.asked).toEqual(['get 52', 'get 52']);

    const salaries = { portal: acme, task: task(60) };
    expect(await harness.finding.titleOfDelivered(asBob, { ...salaries, bitrixUserId: '9' })).toBe('Salary review');
    expect(await harness.finding.titleOf(anna, { ...salaries, bitrixUserId: '7' })).toBeUndefined();
  });

  it('is not waited for again while the portal is slow', async () => {
    const harness = openHarness();
    harness.fail({ kind: 'no-answer' });
    await harness.finding.titleOf(anna, written);
    await harness.finding.titleOf(anna, { ...written, task: task(52) });
    expect(harness.asked).toEqual(['get 51']);
    harness.fail(undefined);
    harness.clock.advance(10_001);
    expect(await harness.finding.titleOf(anna, written)).toBe('Quarterly report');
  });

  it('is not given to somebody who is linked as somebody else now, and never rejects', async () => {
    const harness = openHarness();
    expect(await harness.finding.titleOf(anna, { ...written, bitrixUserId: '8' })).toBeUndefined();
    harness.memory.recent = async () => {
      throw new Error('broken');
    };
    expect(await harness.finding.titleOf(anna, written)).toBeUndefined();
  });
});

describe('the default of a channel', () => {
  it('is set with the rights of who sets it, and shown with the rights of who asks', async () => {
    const harness = openHarness();
    const defaults = createChannelDefaults({
      memory: harness.memory,
      finding: harness.finding,
      findIdentity: async (person) => harness.identities.get(personKey(person)),
      names: standingPortals.names,
    });
    expect(await defaults.set(anna, here, number(60))).toEqual({ kind: 'no-access', portal: acme, task: 60 });
    expect(await defaults.find(here)).toBeUndefined();
    expect(await defaults.set(bob, here, number(60))).toMatchObject({
      kind: 'set',
      shown: { checked: { kind: 'found', title: 'Salary review' } },
    });
    expect(await defaults.show(anna, here)).toEqual({
      portal: acme,
      task: 60,
      bitrixUserId: '7',
      checked: { kind: 'none' },
    });
    harness.identities.set(personKey(anna), identity('elsewhere', '7', other));
    expect(await defaults.show(anna, here)).toEqual({ portal: acme, task: 60, checked: { kind: 'unknown' } });
    expect(await defaults.clear(anna, here)).toBe(true);
    expect(await defaults.clear(anna, here)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { WorkspaceSeed } from '../../src/sandbox/slack/options.ts';
import { type Engine, type Harness, openHarness } from '../support/harness.ts';
import { administer } from './administer.ts';
import type { Ran } from './run-command.ts';

const engines: readonly Engine[] = ['SQLite', 'PostgreSQL'];
const names = ['anna', 'bob', 'carla', 'dan', 'eva'];
const messagesEach = 100;
const all = names.length * messagesEach;

const workspaces: readonly WorkspaceSeed[] = [
  {
    domain: 'acme',
    people: names.map((name) => ({ name })),
    channels: [{ name: 'general', withApp: true }],
  },
];

/** The portal cannot check anybody's access: what meets that waits, however often it is tried. */
const neverTaken = { kind: 'error', code: 'CONNECTION_ERROR', status: 401, shape: 'flat', moment: 'before' } as const;
const refusedForNow = { ...neverTaken, code: 'NO_AUTH_FOUND' } as const;

describe.each(engines)('an administrator beside the service on %s', (engine) => {
  it('finds a poisoned message among 500 that wait, cancels it, and releases what waits for a person', async () => {
    const portalOptions = { rate: { burst: 2_000, perSecond: 2_000 } };
    const settings = { BITRIX24_RATE: '2000/2000' };
    const harness = await openHarness(engine, { slack: { workspaces }, portal: portalOptions, settings });
    const { portal } = harness;
    await Promise.all(names.map((name, index) => harness.link(name, [7, 9, 12, 1, 7][index] ?? 7)));
    await portal.down();
    await Promise.all(names.map((name) => sayAll(harness, name)));

    const waiting = await administer(harness, 'outbox', 'list', '--limit', '1000', '--json');
    expect(waiting.lines).toHaveLength(all);
    expect(waiting.text).not.toContain('secret words');
    expect((await administer(harness, 'outbox', 'stats')).text).toMatch(/ waiting +\d+ +\d+[smh]/);

    const poison = poisonTheFirst(harness);
    await portal.up();
    // Only the lane of the poisoned one stands still.
    await expect.poll(() => portal.counts.messages, patient).toBe(all - messagesEach);
    // It is tried again and again, and now and then it is just under way.
    const table = await listedWhere(harness, /waiting +\d+[smh].*authorisation-unavailable/);
    expect(table.lines[2]).toContain('after an earlier one of its sender');
    const id = table.lines[1]?.split(' ')[0] ?? '';
    expect(id).toBe(poison());
    const shown = await administer(harness, 'outbox', 'show', id);
    expect(shown.text).toMatch(/part 1: wait \(authorisation-unavailable\)/);
    expect(shown.text).not.toContain('secret words');

    const unsure = await administer(harness, 'outbox', 'cancel', id);
    expect(unsure).toMatchObject({ code: 1, text: expect.stringContaining('Add --yes') });
    expect(portal.counts.messages).toBe(all - messagesEach);
    await untilCancelled(harness, id);
    await expect.poll(() => portal.counts.messages, patient).toBe(all - 1);
    await expect.poll(() => heard(harness), patient).toContain('An administrator of this app took it back.');

    portal.faults.set(refusedForNow);
    await harness.slack.as('bob').command('/b24task 51 parked words');
    await harness.slack.waitFor('bob', ({ text }) => text.includes('is waiting for you'));
    portal.faults.clear();
    const bob = `T0ACME0000:${harness.slack.as('bob').id}`;
    expect(await administer(harness, 'outbox', 'release', bob, '--yes')).toMatchObject({
      code: 0,
      text: 'Released: 1.\n',
    });
    await expect.poll(() => portal.counts.messages, patient).toBe(all);
    expect(new Set(portal.chat(51).map(({ text }) => text)).size).toBe(all);
  });
});

const patient = { timeout: 60_000, interval: 50 };

/** The list of what is open, once the oldest stands there so. */
async function listedWhere(harness: Harness, oldest: RegExp): Promise<Ran> {
  for (;;) {
    const table = await administer(harness, 'outbox', 'list', '--limit', '2');
    if (oldest.test(table.lines[1] ?? '')) {
      return table;
    }
  }
}

/** Whatever is tried first is refused from then on; returns how to ask for its id. */
function poisonTheFirst({ portal }: Harness): () => string | undefined {
  let poison: string | undefined;
  portal.faults.script(({ key }) => {
    const id = key?.replace(/\.\d+$/, '');
    poison ??= id;
    return id !== undefined && id === poison ? neverTaken : undefined;
  });
  return () => poison;
}

/** It is tried several times a second here, and what is under way cannot be cancelled. */
async function untilCancelled(harness: Harness, id: string): Promise<void> {
  await expect
    .poll(async () => (await administer(harness, 'outbox', 'cancel', id, '--yes')).text, patient)
    .toContain(`${id}: cancelled; its sender is told.`);
}

function heard({ slack }: Harness): string {
  return names.flatMap((name) => slack.seenBy(name).map(({ text }) => text)).join('\n');
}

/** One lane for each. */
async function sayAll({ slack }: Harness, name: string): Promise<void> {
  for (let number = 1; number <= messagesEach; number += 1) {
    await slack.as(name).command(`/b24task 51 secret words ${number} of ${name}`);
  }
}

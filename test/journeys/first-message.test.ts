import { describe, expect, it } from 'vitest';
import type { PortalOptions } from '../../src/sandbox/bitrix24/portal.ts';
import { defaultSeed } from '../../src/sandbox/bitrix24/seed.ts';
import { type Harness, onPostgres, openHarness } from '../support/harness.ts';

const { mode, engine } = onPostgres;

/** A build that says of task 51 that messages are posted, and shows none. */
const swallowing: PortalOptions = {
  seed: { ...defaultSeed, tasks: defaultSeed.tasks.map((task) => ({ ...task, chat: 'swallows' as const })) },
};

/** The last word about what a person sends. */
async function send({ slack }: Harness, name: string, text: string, task = 51): Promise<string> {
  const person = slack.as(name);
  const after = person.seen().at(-1)?.order ?? 0;
  await person.command(`/b24task ${task} ${text}`);
  const told = await person.waitFor((message) => ends.test(message.text), { after, timeoutMs: 15_000 });
  return told.text;
}

const ends = /^(?:Sent to|Отправлено в|\*It is not certain\*|\*Неизвестно\*)/;

const looks = ({ portal }: Harness) =>
  portal.requests.filter(({ method }) => method === 'im.dialog.messages.get').length;

describe("a person's first message to a task", () => {
  it.each([
    ['anna', 7, /^\*It is not certain\*.+ said that it was posted, but it is not in the chat of task 51\./],
    ['bob', 9, /^\*Неизвестно\*.+ ответил, что сообщение отправлено, но в чате задачи 51 его нет\./],
  ])('is reported as missing when the portal only claims to have posted it: %s', async (name, userId, words) => {
    const harness = await openHarness(engine, { mode, portal: swallowing });
    await harness.link(name, userId);
    await harness.slack.as(name).command(`/b24task language ${name === 'bob' ? 'ru' : 'en'}`);
    expect(await send(harness, name, 'into the void')).toMatch(words);
    expect(harness.portal.requests.filter(({ method }) => method === 'tasks.task.chat.message.send')).toHaveLength(1);
    expect(harness.slack.complaints).toEqual([]);
  });

  it('is looked for in the chat once; later messages are not', async () => {
    const harness = await openHarness(engine, { mode });
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const isLookedFor = async (name: string, text: string, task = 51) => {
      const before = looks(harness);
      expect(await send(harness, name, text, task)).toMatch(/^(?:Sent to|Отправлено в)/);
      return looks(harness) > before;
    };
    expect(await isLookedFor('anna', 'one')).toBe(true);
    expect(await isLookedFor('anna', 'two')).toBe(false);
    expect(await isLookedFor('anna', 'three')).toBe(false);
    await harness.restart();
    expect(await isLookedFor('anna', 'four')).toBe(false);
    expect(await isLookedFor('anna', 'elsewhere', 52)).toBe(true);
    expect(await isLookedFor('bob', 'by somebody else')).toBe(true);
    expect(harness.portal.chat(51).map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'by somebody else',
    ]);
  });

  it('counts as delivered when the chat cannot be read: without the permission, or without the method', async () => {
    const harness = await openHarness('SQLite', { portal: { ...swallowing, lacks: ['im.dialog.messages.get'] } });
    await harness.link('anna', 7, ['task', 'tasks']);
    await harness.link('bob', 9);
    expect(await send(harness, 'anna', 'no permission')).toMatch(/^Sent to/);
    expect(await send(harness, 'bob', 'no method')).toMatch(/^(?:Sent to|Отправлено в)/);
  });

  it('counts as delivered when reading the chat fails for a moment, and is sent once', async () => {
    const harness = await openHarness('SQLite');
    await harness.link('anna', 7);
    const held = harness.portal.faults.hold('after');
    const sent = send(harness, 'anna', 'once');
    await held.arrived;
    harness.portal.tasks.set(51, { ...harness.portal.tasks.get(51), id: 51, title: 'Prepare', readers: [1] });
    held.release();
    expect(await sent).toMatch(/^Sent to/);
    expect(harness.portal.counts.messages).toBe(1);
  });
});

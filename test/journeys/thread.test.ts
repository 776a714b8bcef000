import { describe, expect, it } from 'vitest';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { type Harness, onPostgres, overHttp, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, shortcut, wordsOf } from './composing.ts';

/** A thread of these posts by anna and bob in turn, the first one first. */
async function postThread({ slack }: Harness, texts: readonly string[], channel = 'general'): Promise<SeenMessage[]> {
  const people = [slack.as('anna', { channel }), slack.as('bob', { channel })] as const;
  const posts: SeenMessage[] = [];
  for (const [at, text] of texts.entries()) {
    const [root] = posts;
    posts.push(await (at % 2 === 0 ? people[0] : people[1]).post(text, root ? { threadTs: root.ts } : {}));
  }
  return posts;
}

/** Opens the form on a message, and waits until it says something of the thread. */
async function openOn(person: SandboxPerson, message: SeenMessage | undefined, says: string): Promise<OpenView> {
  if (!message) {
    throw new Error('There is no message');
  }
  await person.shortcut(shortcut, message);
  await formOf(person);
  return person.waitForView((view) => wordsOf(view).includes(says));
}

const chatOf = ({ portal }: Harness) => portal.chat(51).map(({ text }) => text);

/** The words of posts in a chat, in their order, without the lines about them. */
const quotedIn = (texts: readonly string[]) =>
  texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('>>'))
      .map((line) => line.slice(2)),
  );

describe('a whole thread', () => {
  it.each([
    ['HTTP', overHttp],
    ['Socket Mode', overSocket],
    ['PostgreSQL', onPostgres],
  ])('goes out as one message, post below post: %s', async (_, setup) => {
    const harness = await openJourney(setup);
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    const posts = await postThread(harness, ['the question', 'an answer', 'thanks']);
    await openOn(anna, posts[1], 'The whole thread (3 posts)');
    await anna.select('thread', 'thread');
    await anna.waitForView((view) => wordsOf(view).includes('the question'));
    await sendTo(anna, 51);
    await sentReply(anna);
    const [sent = '', ...more] = chatOf(harness);
    expect(more).toEqual([]);
    expect(quotedIn([sent])).toEqual(['the question', 'an answer', 'thanks']);
    expect(sent).toMatch(
      /^\[b\]Anna Petrova\[\/b\] · #general · \[timestamp=\d+ .*\] · \[url=[^\]]+\]Slack\[\/url\]\n>>the question\n\n\[b\]bob\[\/b\] · \[timestamp=.*\]\n>>an answer\n\n\[b\]Anna Petrova\[\/b\] · \[timestamp=.*\]\n>>thanks$/,
    );
    expectNothingRefused(harness);
  });

  it('is not what goes out unless it is chosen', async () => {
    const harness = await openJourney(overSocket);
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    const posts = await postThread(harness, ['the question', 'an answer']);
    await openOn(anna, posts[0], 'The whole thread (2 posts)');
    await sendTo(anna, 51);
    await sentReply(anna);
    expect(quotedIn(chatOf(harness))).toEqual(['the question']);
  });

  it('is said to be too long before it is sent, and says itself what is missing', async () => {
    const harness = await openJourney(overSocket);
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
    const bob = harness.slack.as('bob');
    const posts = await postThread(
      harness,
      Array.from({ length: 300 }, (_, at) => `${at + 1}: ${'слово '.repeat(90)}`),
    );
    await openOn(bob, posts[7], 'Всё обсуждение (300 сообщений)');
    await bob.select('thread', 'thread');
    const view = await bob.waitForView((one) => wordsOf(one).includes('Обсуждение слишком длинное'));
    const [, left = ''] = /а (\d+) сообщени\S+ между ними/.exec(wordsOf(view)) ?? [];
    await sendTo(bob, 51);
    await sentReply(bob);
    const sent = chatOf(harness);
    expect(sent).toHaveLength(5);
    expect(sent.join('\n')).toContain(`[… здесь пропущено ${left} сообщени`);
    const numbers = quotedIn(sent).flatMap((text) => /^\d+(?=:)/.exec(text)?.map(Number) ?? []);
    expect(numbers).toEqual([1, ...Array.from({ length: 299 - Number(left) }, (_, at) => at + 2 + Number(left))]);
    expectNothingRefused(harness);
  });

  it('is kept with its form: the service may be another one when it is sent', async () => {
    const harness = await openJourney(overHttp);
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    const [root] = await postThread(harness, ['the question', 'an answer']);
    await openOn(anna, root, 'The whole thread (2 posts)');
    await harness.restart();
    await harness.slack.as('bob').post('a late answer', { threadTs: root?.ts ?? '' });
    await anna.suggest('task', '51');
    await anna.submit({ task: '51', thread: 'thread' });
    await anna.waitFor(({ text }) => text.startsWith('The thread had grown: 1 newer post was taken along.'));
    await sentReply(anna);
    expect(quotedIn(chatOf(harness))).toEqual(['the question', 'an answer', 'a late answer']);
    const log = harness.log.join('\n');
    expect(log).not.toMatch(/the question|an answer|a late answer/);
    expectNothingRefused(harness);
  });

  it('takes the files of its posts along, after its text', async () => {
    const harness = await openJourney(overSocket);
    await harness.link('anna', 7);
    const [anna, bob] = [harness.slack.as('anna'), harness.slack.as('bob')];
    const plan = anna.upload({ name: 'plan.png', size: 30_000 });
    const root = await anna.post('the plan', { files: [plan] });
    const answer = bob.upload({ name: 'answer.pdf', bytes: 'words' });
    await bob.post('my answer', { threadTs: root.ts, files: [answer] });
    await openOn(anna, root, 'The whole thread (2 posts)');
    await anna.select('thread', 'thread');
    await anna.waitForView((view) => wordsOf(view).includes('plan.png, answer.pdf'));
    await sendTo(anna, 51);
    await sentReply(anna);
    const [text, ...files] = harness.portal.chat(51);
    expect(quotedIn([text?.text ?? ''])).toEqual([
      'the plan',
      expect.stringContaining(']plan.png['),
      'my answer',
      expect.stringContaining(']answer.pdf['),
    ]);
    expect(files.map(({ author, file }) => [author.id, file?.name])).toEqual([
      [7, 'plan.png'],
      [7, 'answer.pdf'],
    ]);
    expectNothingRefused(harness);
  });
});

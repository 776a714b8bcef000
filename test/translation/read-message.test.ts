import { describe, expect, it } from 'vitest';
import { presumedAuthor, readPosted } from '../../src/translation/read-author.ts';
import { readMessage } from './reading.ts';

describe('who posted a message', () => {
  it('is a person, with the name that Slack sent along', () => {
    const message = { user: 'U1', user_profile: { display_name: 'ann &amp; co', real_name: 'Ann Lee' }, text: 'x' };
    expect(readPosted(message)).toEqual({ user: { id: 'U1', label: 'ann & co' } });
    expect(presumedAuthor(readPosted(message))).toEqual({ kind: 'user', id: 'U1', label: 'ann & co' });
  });

  it('is an app, by the name that it posted under, else by its own', () => {
    const bot = { bot_id: 'B1', bot_profile: { name: 'CI &amp; :rocket:' }, user: 'U9', text: 'x' };
    expect(presumedAuthor(readPosted(bot))).toEqual({ kind: 'app', name: 'CI & 🚀' });
    expect(presumedAuthor(readPosted({ ...bot, username: 'Build 7' }))).toEqual({ kind: 'app', name: 'Build 7' });
    expect(presumedAuthor(readPosted({ bot_id: 'B1', text: 'x' }))).toEqual({ kind: 'app' });
  });

  it('is the person where an app took part of which no name is known', () => {
    expect(presumedAuthor(readPosted({ user: 'U5', bot_id: 'B2', text: 'x' }))).toEqual({ kind: 'user', id: 'U5' });
  });

  it('may be unknown', () => {
    expect(presumedAuthor(readPosted({ text: 'x' }))).toBeUndefined();
  });
});

describe('when a message was written', () => {
  it('is known to the second, with its last change', () => {
    const message = {
      ts: '1720710212.123456',
      edited: { user: 'U1', ts: '1720710300.000000' },
    };
    expect(readMessage(message)).toMatchObject({
      sentAt: 1_720_710_212,
      editedAt: 1_720_710_300,
    });
  });

  it('is unknown where Slack sends no time', () => {
    expect(readMessage({ ts: 'soon', edited: true })).toMatchObject({ sentAt: undefined, editedAt: undefined });
  });
});

describe('a message that is none', () => {
  it.each([undefined, null, 1, 'text', [], [{}], { blocks: 'x', attachments: {}, files: 3, edited: null }])(
    '%j is an empty document',
    (value) => {
      expect(readMessage(value).document).toEqual({ blocks: [] });
    },
  );
});

import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/translation/read-message.ts';

describe('who wrote a message', () => {
  it('is a person, with the name that Slack sent along', () => {
    const { author } = readMessage({
      user: 'U1',
      user_profile: { display_name: 'ann', real_name: 'Ann Lee' },
      text: 'x',
    });
    expect(author).toEqual({ kind: 'user', id: 'U1', label: 'ann' });
  });

  it('is an app, by the name that it posted under, else by its own', () => {
    const bot = { bot_id: 'B1', bot_profile: { name: 'CI' }, user: 'U9', text: 'x' };
    expect(readMessage(bot).author).toEqual({ kind: 'app', name: 'CI' });
    expect(readMessage({ ...bot, username: 'Build 7' }).author).toEqual({ kind: 'app', name: 'Build 7' });
    expect(readMessage({ bot_id: 'B1', text: 'x' }).author).toEqual({ kind: 'app', name: 'B1' });
  });

  it('may be unknown', () => {
    expect(readMessage({ text: 'x' }).author).toBeUndefined();
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

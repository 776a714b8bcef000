import { expect, it } from 'vitest';
import { readMessage } from './reading.ts';

/** More nodes than fit on the stack as arguments of one call; a message of some hundred thousand characters has as many. */
const many = 200_000;
const each = <Value>(value: Value) => Array.from({ length: many }, () => value);
const line = { type: 'text', text: 'a\n' };
const mrkdwn = { type: 'mrkdwn', text: 'a' };
const button = { type: 'button', text: { type: 'plain_text', text: 'a' } };

it.each([
  ['lines of text', { text: 'a\n'.repeat(many) }],
  ['mentions', { text: '<@U1> '.repeat(many) }],
  ['fences', { text: '```a``` '.repeat(many) }],
  ['lines in a section', { blocks: [richText({ type: 'rich_text_section', elements: each(line) })] }],
  ['lines in a quote', { blocks: [richText({ type: 'rich_text_quote', elements: each(line) })] }],
  ['elements of a context', { blocks: [{ type: 'context', elements: each(mrkdwn) }] }],
  ['buttons', { blocks: [{ type: 'actions', elements: each(button) }] }],
  ['spans of Markdown', { blocks: [{ type: 'markdown', text: 'a *b* [c](http://d) \n'.repeat(many / 2) }] }],
  ['table rows of Markdown', { blocks: [{ type: 'markdown', text: `|a|\n|-|\n${'|b|\n'.repeat(many)}` }] }],
  ['attachments', { attachments: each({ text: 'a', fallback: 'b' }) }],
])('a message of hundreds of thousands of %s is read', (_, message) => {
  expect(() => readMessage({ user: 'U1', ts: '1.2', ...message })).not.toThrow();
});

function richText(element: object) {
  return { type: 'rich_text', elements: [element] };
}

import type { ChatMessage } from '../state.ts';
import { portalDate } from '../wire/portal-time.ts';
import { renderBbCode } from './render-bb-code.ts';

const zeroWidth = /[\u200b\u2060\ufeff]/g;

/** A task's chat as its reader sees it, in plain text: author and time, then the message indented by two. */
export function renderChat(messages: readonly ChatMessage[]): string {
  return messages
    .map(
      (message) =>
        `${message.author.name}, ${portalDate(message.at).slice(11, 16)}\n${indent(renderMessage(message.text))}`,
    )
    .join('\n\n');
}

/** One message as its reader sees it: formatting as marks, quotes with a bar, what is invisible left out. */
export function renderMessage(text: string): string {
  return splitCode(text)
    .map((part) => (part.isCode ? renderCode(part.text) : renderQuotes(renderBbCode(part.text))))
    .join('')
    .replace(zeroWidth, '');
}

/** Code comes first: what stands in it is shown as it is, quote marks included. */
function splitCode(text: string): { isCode: boolean; text: string }[] {
  return text.split(/\[code\](.*?)\[\/code\]/is).map((part, index) => ({ isCode: index % 2 === 1, text: part }));
}

function renderCode(code: string): string {
  const lines = code.replace(/^\n|\n$/g, '').split('\n');
  return lines.length === 1 ? `\`${lines[0]}\`` : `\n${lines.map((line) => `    ${line}`).join('\n')}\n`;
}

/** `>>` at the start of a line, and blocks between two rulers of dashes, are quotes. */
function renderQuotes(text: string): string {
  const lines = text.split('\n');
  const shown: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const end = isRuler(line) ? lines.findIndex((other, at) => at > index && isRuler(other)) : -1;
    if (end > index) {
      shown.push(...lines.slice(index + 1, end).map((quoted) => `│ ${quoted}`));
      index = end;
    } else {
      shown.push(line.startsWith('>>') ? `│ ${line.slice(2).trimStart()}` : line);
    }
  }
  return shown.join('\n');
}

/** The portal's own quotes have 54 dashes; any run of six or more is taken as one here. */
function isRuler(line: string): boolean {
  return /^-{6,}$/.test(line.trim());
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

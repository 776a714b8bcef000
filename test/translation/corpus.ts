import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loss, Names, UserName } from '../../src/domain/document.ts';
import { en } from '../../src/locales/en.ts';
import { renderMessage } from '../../src/sandbox/bitrix24/chat/render-chat.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { readMessage } from './reading.ts';

/** What Bitrix24 is sent, what its readers see and what is lost; texts have an entry per line. */
type Expected = {
  readonly bitrix24: readonly string[];
  readonly web: readonly string[];
  readonly mobile: readonly string[];
  readonly push: readonly string[];
  readonly losses: readonly Loss[];
};

/** `slack` is mrkdwn when it is text, else a rich text block or a message. */
type Case = { readonly name: string; readonly slack: unknown } & Expected;

/** The cases of one file. */
export type Group = { readonly group: string; readonly cases: readonly Case[] };

const folder = join(import.meta.dirname, '../fixtures/slack');

/** All cases, a group for each file. */
export function readCorpus(): readonly Group[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'names.json');
  return files.map((file) => ({ group: file.replace('.json', ''), cases: parse<readonly Case[]>(file) }));
}

/** Writes a group with what its cases come to now. Whoever lets it be written reads what has changed. */
export function writeGroup({ group, cases }: Group): void {
  const written = cases.map(({ name, slack }) => ({ name, slack, ...outcomeOf(slack) }));
  writeFileSync(join(folder, `${group}.json`), `${JSON.stringify(written, null, 2)}\n`);
}

/** What a message comes to, read as the message shortcut reads it. */
export function outcomeOf(slack: unknown): Expected {
  const { document, losses } = readMessage(messageOf(slack));
  const written = writeBitrix(document, namesOf());
  if (written.kind !== 'written' || written.parts.length !== 1) {
    throw new Error('a case of the corpus is one message');
  }
  const [text = ''] = written.parts;
  return {
    bitrix24: text.split('\n'),
    web: renderMessage(text, 'web').split('\n'),
    mobile: renderMessage(text, 'mobile').split('\n'),
    push: renderMessage(text, 'push').split('\n'),
    losses: [...losses, ...written.losses],
  };
}

function messageOf(slack: unknown): unknown {
  if (typeof slack === 'string') {
    return { text: slack };
  }
  const isRichText = typeof slack === 'object' && slack !== null && 'type' in slack && slack.type === 'rich_text';
  return isRichText ? { blocks: [slack] } : slack;
}

function namesOf(): Names {
  const known = parse<Record<'users' | 'channels' | 'groups', Record<string, never>>>('names.json');
  return {
    users: new Map<string, UserName>(Object.entries(known.users)),
    channels: new Map<string, string>(Object.entries(known.channels)),
    groups: new Map<string, string>(Object.entries(known.groups)),
    places: en.message.places,
  };
}

function parse<Value>(file: string): Value {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

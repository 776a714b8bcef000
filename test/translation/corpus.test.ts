import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Loss, Names, UserName } from '../../src/domain/document.ts';
import { readMessage } from '../../src/translation/read-message.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { readRichText } from '../../src/translation/read-rich-text.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';

/** `slack` is mrkdwn when it is text, else a rich text block or a message; `bitrix24` has a text per line. */
type Case = {
  readonly name: string;
  readonly slack: unknown;
  readonly bitrix24: readonly string[];
  readonly losses?: readonly Loss[];
};

const folder = join(import.meta.dirname, '../fixtures/slack');
const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'names.json');
const groups = files.map((file) => ({ group: file.replace('.json', ''), cases: parse<readonly Case[]>(file) }));

describe.each(groups)('$group: Slack says, and Bitrix24 shows', ({ cases }) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { slack, bitrix24, losses = [] }) => {
    const { document, losses: lostInReading } = read(slack);
    const written = writeBitrix(document, names());
    expect(written).toEqual({ kind: 'written', parts: [bitrix24.join('\n')], losses: expect.anything() });
    expect([...lostInReading, ...(written.kind === 'written' ? written.losses : [])]).toEqual(losses);
  });
});

describe('the corpus', () => {
  it('has at least eighty cases', () => {
    expect(groups.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(80);
  });

  it('has every inline element and every block that Slack documents', () => {
    const types = new Set(JSON.stringify(groups).match(/(?<="type":")[a-z_]+/g));
    expect([...documentedInlines, ...documentedBlocks].filter((type) => !types.has(type))).toEqual([]);
  });
});

/** docs.slack.dev/reference/block-kit, September 2026. */
const documentedInlines = [
  'text',
  'link',
  'user',
  'usergroup',
  'channel',
  'team',
  'emoji',
  'broadcast',
  'date',
  'color',
  'attachment_mention',
  'canvas',
  'canvas_user_mention',
  'canvas_message_unfurl',
  'citation',
  'file',
  'list_record',
  'message_mention',
  'salesforce_data_field',
  'tag',
  'work_object_mention',
  'workflow_mention',
];
const documentedBlocks = [
  'actions',
  'alert',
  'card',
  'carousel',
  'container',
  'context',
  'context_actions',
  'data_table',
  'data_visualization',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'markdown',
  'plan',
  'rich_text',
  'section',
  'table',
  'task_card',
  'video',
];

function read(slack: unknown): { readonly document: ReturnType<typeof readMrkdwn>; readonly losses: readonly Loss[] } {
  if (typeof slack === 'string') {
    return { document: readMrkdwn(slack), losses: [] };
  }
  const isRichText = typeof slack === 'object' && slack !== null && 'type' in slack && slack.type === 'rich_text';
  return isRichText ? { document: readRichText(slack), losses: [] } : readMessage(slack);
}

function names(): Names {
  const known = parse<Record<'users' | 'channels' | 'groups', Record<string, never>>>('names.json');
  return {
    users: new Map<string, UserName>(Object.entries(known.users)),
    channels: new Map<string, string>(Object.entries(known.channels)),
    groups: new Map<string, string>(Object.entries(known.groups)),
  };
}

function parse<Value>(file: string): Value {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

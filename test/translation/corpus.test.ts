import { describe, expect, it } from 'vitest';
import { outcomeOf, readCorpus, writeGroup } from './corpus.ts';

const groups = readCorpus();
const isWritten = process.env['CORPUS'] === 'write';

describe.each(groups)('$group: Slack says, and Bitrix24 shows', (group) => {
  it.runIf(isWritten)('is written anew', () => writeGroup(group));

  it.skipIf(isWritten).each(group.cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { name: _, slack, ...expected } = one;
    expect(outcomeOf(slack)).toEqual(expected);
  });
});

describe('the corpus', () => {
  it('has at least one hundred and eighty cases', () => {
    expect(groups.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(180);
  });

  it('has every inline element and every block that Slack documents', () => {
    const types = new Set(JSON.stringify(groups).match(/(?<="type":")[a-z_]+/g));
    const documented = [...documentedInlines, ...documentedBlocks];
    expect(documented.filter((type) => !types.has(type))).toEqual([]);
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

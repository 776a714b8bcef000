import { describe, expect, it } from 'vitest';
import { outcomeOf, readCorpus, writeGroup } from './corpus.ts';

const groups = readCorpus();

describe.each(groups)('$group: Slack says, and Bitrix24 shows', (group) => {
  if (process.env['CORPUS'] === 'write') {
    return it('is written anew', () => writeGroup(group));
  }
  it.each(group.cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { name: _, slack, ...expected } = one;
    expect(outcomeOf(slack)).toEqual(expected);
  });
});

describe('the corpus', () => {
  it('has at least three hundred cases', () => {
    expect(groups.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(300);
  });

  it('has every block and every element that Slack documents', () => {
    const types = new Set(JSON.stringify(groups).match(/(?<="type":")[a-z_]+/g));
    const documented = [...documentedInlines, ...documentedBlocks, ...documentedElements];
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
const documentedElements = [
  'button',
  'checkboxes',
  'datepicker',
  'datetimepicker',
  'email_text_input',
  'feedback_buttons',
  'file_input',
  'icon_button',
  'image',
  'multi_channels_select',
  'multi_conversations_select',
  'multi_external_select',
  'multi_static_select',
  'multi_users_select',
  'number_input',
  'overflow',
  'plain_text_input',
  'radio_buttons',
  'rich_text_input',
  'static_select',
  'external_select',
  'users_select',
  'channels_select',
  'conversations_select',
  'timepicker',
  'url_text_input',
  'workflow_button',
  'rich_text_list',
  'rich_text_quote',
  'rich_text_preformatted',
];

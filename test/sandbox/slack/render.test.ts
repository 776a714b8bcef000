import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderMessage, renderView } from '../../../src/sandbox/slack/rendering/render.ts';
import { renderRichText, renderText } from '../../../src/sandbox/slack/rendering/render-text.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { clientOf, plain } from './bolt-app.ts';

let slack: SandboxSlack;
const nameOf = (id: string) => slack.directory.people.get(id)?.name ?? slack.directory.channels.get(id)?.name;

beforeAll(async () => {
  slack = await startSlack();
  slack.connectHttp('http://127.0.0.1:9/');
});
afterAll(() => slack.close());

describe('in a terminal', () => {
  it('text is read without entities and markup', () => {
    expect(renderText('&amp;lt; <https://x.example|task 51> <@U0BOB00000> <#C0GENERAL0|> <!here>', nameOf)).toBe(
      '&lt; task 51 (https://x.example) @bob #general @here',
    );
  });

  it('rich text is read with its lists and quotes', () => {
    const item = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
    const elements = [
      { type: 'rich_text_list', style: 'ordered', elements: [item('one'), item('two')] },
      { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [item('deep')] },
      { type: 'rich_text_quote', elements: [{ type: 'emoji', name: 'wave' }] },
    ];
    expect(renderRichText({ type: 'rich_text', elements })).toBe('1. one\n2. two\n  - deep\n> :wave:');
  });

  it('a message shows its blocks, and how to press what can be pressed', async () => {
    await clientOf(slack).chat.postEphemeral({
      channel: 'C0GENERAL0',
      user: 'U0ANNA0000',
      text: 'fallback',
      blocks: [
        { type: 'header', text: plain('Sent') },
        { type: 'section', text: { type: 'mrkdwn', text: 'to <@U0BOB00000> &amp; all' } },
        { type: 'divider' },
        { type: 'context', elements: [plain('task 51'), { type: 'mrkdwn', text: 'now' }] },
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'open', text: plain('Open'), url: 'https://x.example' },
            { type: 'button', action_id: 'again', text: plain('Send again') },
          ],
        },
      ],
    });
    const [message] = slack.seenBy('anna');
    expect(message && renderMessage(message, nameOf).split('\n')).toEqual([
      '# Sent',
      'to @bob & all',
      '----',
      'task 51 · now',
      '[Open] (open) -> https://x.example [Send again] (again)',
    ]);
  });

  it('a modal shows its fields, what was entered, hints, errors and buttons', async () => {
    const { interaction } = await slack.as('anna').command('/b24task');
    await clientOf(slack).views.open({
      trigger_id: String(interaction?.payload['trigger_id']),
      view: {
        type: 'modal',
        title: plain('Send to a task'),
        submit: plain('Send'),
        close: plain('Not now'),
        blocks: [
          {
            type: 'input',
            block_id: 'comment',
            label: plain('Comment'),
            hint: plain('Your own words'),
            element: { type: 'plain_text_input', action_id: 'text' },
          },
          {
            type: 'input',
            block_id: 'note',
            label: plain('Note'),
            element: { type: 'rich_text_input', action_id: 'rich', placeholder: plain('Write') },
          },
          {
            type: 'input',
            block_id: 'task',
            optional: true,
            label: plain('Task'),
            element: {
              type: 'static_select',
              action_id: 'pick',
              options: [
                { text: plain('Task 51'), value: '51' },
                { text: plain('Task 52'), value: '52' },
              ],
            },
          },
        ],
      },
    });
    const anna = slack.as('anna');
    await anna.select('Task', '52');
    await anna.select('Note', 'ask @bob');
    await anna.submit();
    const view = anna.view();
    expect(view && renderView(view, nameOf).split('\n')).toEqual([
      '== Send to a task ==',
      'Comment: <> (text)',
      '  hint: Your own words',
      '  ! Please complete this required field.',
      'Note: <ask @bob> (rich)',
      'Task (optional): <Task 52> {Task 51 | Task 52} (pick)',
      '[Send] (:submit) [Not now] (:close)',
    ]);
  });
});

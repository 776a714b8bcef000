import type { types } from '@slack/bolt';
import type { Texts } from '../../locales/en.ts';
import { hasVisibleText } from '../../translation/has-visible-text.ts';
import type { RichInline, RichText } from '../../translation/rich-text.ts';
import { fieldIds } from './action-ids.ts';
import { plainText } from './blocks.ts';
import type { ComposeShown } from './compose-view.ts';

/** Which task. */
export function taskInput({ chosen }: ComposeShown, { compose }: Texts): types.InputBlock {
  return {
    type: 'input',
    block_id: fieldIds.task.block,
    label: plainText(compose.task),
    element: {
      type: 'external_select',
      action_id: fieldIds.task.element,
      placeholder: plainText(compose.taskPlaceholder),
      min_query_length: 0,
      ...(chosen ? { initial_option: chosen } : { focus_on_load: true }),
    },
  };
}

/** What is written. A comment above a fixed message may stay empty, if anything of that can be read. */
export function textInput({ preview, comment, chosen, files }: ComposeShown, { compose }: Texts): types.InputBlock {
  const mayStayEmpty = preview !== undefined && hasVisibleText(preview.document);
  return {
    type: 'input',
    block_id: fieldIds.comment.block,
    label: plainText(preview ? compose.comment : compose.message),
    ...(comment && hasMention(comment) ? { hint: plainText(compose.untouchedMention) } : {}),
    // Files may go alone; where there is nothing at all, that is said at this field.
    optional: mayStayEmpty || files !== undefined,
    element: {
      type: 'rich_text_input',
      action_id: fieldIds.comment.element,
      placeholder: plainText(mayStayEmpty ? compose.commentPlaceholder : compose.messagePlaceholder),
      ...(comment ? { initial_value: comment } : {}),
      ...(chosen ? { focus_on_load: true } : {}),
    },
  };
}

/**
 * Slack's clients have put mentions that they were given into a field under names of keys that Slack's server refuses;
 * once anything is typed, they are right. Source: slackapi/bolt-js#2138 and #2266, slackapi/bolt-python#1003.
 */
function hasMention({ elements }: RichText): boolean {
  return elements.some((container) =>
    container.type === 'rich_text_list' ? container.elements.some(mentions) : mentions(container),
  );
}

function mentions({ elements }: { readonly elements: readonly RichInline[] }): boolean {
  return elements.some(({ type }) => type === 'user' || type === 'channel' || type === 'usergroup');
}

/** Whether the message leads back to Slack. Changing it is told at once, so that the preview stays true. */
export function linkInput({ withLink }: ComposeShown, { compose }: Texts): types.InputBlock {
  const option = {
    text: plainText(compose.withLink),
    value: 'link',
    description: plainText(compose.withLinkDetail),
  };
  return {
    type: 'input',
    block_id: fieldIds.withLink.block,
    label: plainText(compose.link),
    optional: true,
    dispatch_action: true,
    element: {
      type: 'checkboxes',
      action_id: fieldIds.withLink.element,
      options: [option],
      ...(withLink ? { initial_options: [option] } : {}),
    },
  };
}

/** Whether the message in Slack is to tell that it was passed on. */
export function announceInput({ announce }: ComposeShown, { compose }: Texts): types.InputBlock {
  const option = { text: plainText(compose.announce[announce.as]), value: announce.as };
  return {
    type: 'input',
    block_id: fieldIds.announce.block,
    label: plainText(compose.announce.label),
    hint: plainText(compose.announce.hint),
    optional: true,
    element: {
      type: 'checkboxes',
      action_id: fieldIds.announce.element,
      options: [option],
      ...(announce.chosen ? { initial_options: [option] } : {}),
    },
  };
}

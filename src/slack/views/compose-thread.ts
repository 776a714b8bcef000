import type { types } from '@slack/bolt';
import type { Texts } from '../../locales/en.ts';
import type { DraftContent } from '../../tasks/ports.ts';
import type { Unreadable } from '../directory/threads.ts';
import { fieldIds } from './action-ids.ts';
import { context, plainText } from './blocks.ts';

/** A thread that cannot be chosen, or not yet. */
export type ThreadState = { readonly kind: 'reading' } | Unreadable;

/** What the form knows of the thread of its message. */
export type ShownThread = {
  /** How many posts it has, where it can be chosen. */
  readonly posts?: number;
  readonly chosen: boolean;
  readonly state?: ThreadState | undefined;
  /** What kind of conversation it is in. */
  readonly place: PrivatePlace | undefined;
};

type PrivatePlace = Extract<DraftContent, { kind: 'message' }>['privatePlace'];

/** The choice between a message and the whole thread that it belongs to, or the one line that says what is in the way. */
export function threadBlocks(
  { posts, chosen, state, place }: ShownThread,
  texts: Texts,
): (types.InputBlock | types.ContextBlock)[] {
  if (posts !== undefined) {
    return [threadInput(posts, chosen, texts)];
  }
  return state ? [context([words(state, place, texts)])] : [];
}

function threadInput(posts: number, chosen: boolean, { compose: { thread } }: Texts): types.InputBlock {
  const [one, whole] = [
    { text: plainText(thread.message), value: 'message' },
    { text: plainText(thread.whole(posts)), value: threadValue },
  ];
  return {
    type: 'input',
    block_id: fieldIds.thread.block,
    label: plainText(thread.label),
    dispatch_action: true,
    element: {
      type: 'radio_buttons',
      action_id: fieldIds.thread.element,
      options: [one, whole],
      initial_option: chosen ? whole : one,
    },
  };
}

/** What the form says when the whole thread is chosen. */
export const threadValue = 'thread';

function words(state: ThreadState, place: PrivatePlace, { compose: { thread } }: Texts): string {
  switch (state.kind) {
    case 'no-scope':
      return thread.noScope(scopeFor(place));
    case 'later':
      return thread.later(Math.ceil(state.afterMs / 1_000));
    default:
      return thread.notNow[state.kind];
  }
}

/** Source: docs.slack.dev, conversations.replies, scopes. */
function scopeFor(place: PrivatePlace): string {
  if (place === 'groupMessage') {
    return 'mpim:history';
  }
  return place === 'privateChannel' ? 'groups:history' : 'channels:history';
}

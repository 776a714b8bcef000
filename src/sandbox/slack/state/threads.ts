import type { JsonObject } from '../json.ts';
import { textAt } from '../json.ts';
import type { Messages, SeenMessage } from './messages.ts';

/**
 * A message as payloads and answers carry it, with the fields that tell its thread: `reply_count` and others in a first post
 * with replies, `thread_ts` and `parent_user_id` in a reply. A deleted first post with replies is a tombstone. Source:
 * `MessageElement` of conversations.replies in @slack/web-api; docs.slack.dev, conversations.replies and "message" events.
 */
export function describePost(messages: Messages, post: SeenMessage): JsonObject {
  const { root, replies } = messages.thread(post.channel, post.threadTs ?? post.ts);
  if (post !== root) {
    return { ...post.message, ...(root ? { thread_ts: root.ts, parent_user_id: textAt(root.message, 'user') } : {}) };
  }
  if (replies.length === 0) {
    return post.message;
  }
  const users = [...new Set(replies.map(({ message }) => textAt(message, 'user') || textAt(message, 'bot_id')))];
  return {
    ...(post.deleted ? tombstone(post) : post.message),
    thread_ts: post.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    // Slack names five at the most, as recorded answers show.
    reply_users: users.slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

function tombstone({ ts }: SeenMessage): JsonObject {
  return {
    type: 'message',
    subtype: 'tombstone',
    text: 'This message was deleted.',
    user: 'USLACKBOT',
    hidden: true,
    ts,
  };
}

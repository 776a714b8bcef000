import { flagAt, type JsonObject, textAt } from '../json.ts';
import { findChannel, isHiddenFrom } from '../state/channels.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { SlackState } from '../state/state.ts';
import { describePost } from '../state/threads.ts';
import { type ApiRequest, fail, succeed } from './web-api.ts';

const tsForm = /^\d{1,12}(\.\d{1,6})?$/;

/**
 * `conversations.replies`, with the errors of docs.slack.dev, conversations.replies. The text of that page lets bots read
 * threads of direct messages only; its table of scopes, and practice, those of channels with the bot too, as this one does.
 * A test can set the other behaviour as a fault (`method_not_supported_for_channel_type`). The `ts` of a reply gives that
 * reply alone, as apps have met it.
 */
export function createThreadMethods(state: SlackState) {
  return { 'conversations.replies': (request: ApiRequest) => readReplies(state, request) };
}

function readReplies(state: SlackState, { team, args }: ApiRequest) {
  const channel = findChannel(state, team, textAt(args, 'channel'));
  if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
    return fail('channel_not_found');
  }
  if (!channel.members.has(team.botUserId)) {
    return fail('not_in_channel');
  }
  const [ts, latest, oldest] = [textAt(args, 'ts'), textAt(args, 'latest'), textAt(args, 'oldest')];
  if (latest !== '' && !tsForm.test(latest)) {
    return fail('invalid_ts_latest');
  }
  if (oldest !== '' && !tsForm.test(oldest)) {
    return fail('invalid_ts_oldest');
  }
  const { root, replies } = state.messages.thread(channel.id, ts);
  if (root === undefined || (root.deleted && replies.length === 0)) {
    return fail('thread_not_found');
  }
  const isInclusive = flagAt(args, 'inclusive');
  const isAsked = (post: SeenMessage) =>
    isBetween(post.ts, { oldest: oldest || '0', latest: latest || '9'.repeat(12) }, isInclusive);
  return page(state, [root, ...replies.filter(isAsked)], args);
}

function page(state: SlackState, posts: readonly SeenMessage[], args: JsonObject) {
  const { maxPage, rootOnEveryPage } = state.threads;
  const cursor = textAt(args, 'cursor');
  const start = cursor === '' ? 0 : readCursor(cursor);
  if (start === undefined || start > posts.length) {
    return fail('invalid_cursor');
  }
  const asked = Number(args['limit'] ?? maxPage);
  if (!Number.isInteger(asked) || asked < 1) {
    return fail('invalid_limit');
  }
  const end = start + Math.min(asked, maxPage);
  const shown = [...(start > 0 && rootOnEveryPage ? posts.slice(0, 1) : []), ...posts.slice(start, end)];
  const hasMore = end < posts.length;
  return succeed({
    messages: shown.map((post) => describePost(state.messages, post)),
    has_more: hasMore,
    ...(hasMore ? { response_metadata: { next_cursor: writeCursor(end) } } : {}),
  });
}

function isBetween(
  ts: string,
  { oldest, latest }: { readonly oldest: string; readonly latest: string },
  isInclusive: boolean,
): boolean {
  const [fromOldest, toLatest] = [compare(ts, oldest), compare(latest, ts)];
  return isInclusive ? fromOldest >= 0 && toLatest >= 0 : fromOldest > 0 && toLatest > 0;
}

/** Compares two timestamps by their seconds, then by the digits after the point. */
function compare(left: string, right: string): number {
  const [[seconds = '0', rest = ''], [otherSeconds = '0', otherRest = '']] = [left.split('.'), right.split('.')];
  return Number(seconds) - Number(otherSeconds) || Number(rest.padEnd(6, '0')) - Number(otherRest.padEnd(6, '0'));
}

function writeCursor(at: number): string {
  return Buffer.from(`next_post:${at}`).toString('base64');
}

function readCursor(cursor: string): number | undefined {
  const [, digits] = /^next_post:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

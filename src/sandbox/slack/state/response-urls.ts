import { randomBytes } from 'node:crypto';
import { findMessageProblems } from '../block-kit/check-surfaces.ts';
import { flagAt, isObject, type JsonObject, objectsAt, parseJson, textAt } from '../json.ts';
import type { SandboxClock } from '../options.ts';
import { contentOf, type Messages, type SeenMessage } from './messages.ts';

/** A response URL takes up to five messages within thirty minutes. Source: docs.slack.dev, handling user interaction. */
const lifeMs = 30 * 60 * 1000;
const maxUses = 5;

type ResponseUrlOwner = {
  readonly kind: 'commands' | 'actions';
  readonly teamId: string;
  readonly userId: string;
  readonly channel: string;
  /** The message whose button was pressed; commands and shortcuts have none. */
  readonly original?: SeenMessage | undefined;
  /** The app's bot user, who is the author of what is posted. */
  readonly botUserId: string;
};

/** The response URLs that were issued. */
export type ResponseUrls = {
  /** Mints the path of a response URL on the front. */
  mint(owner: ResponseUrlOwner): string;
  /** Answers a POST to such a path. */
  receive(path: string, body: string): { status: number; body: JsonObject };
};

type Issued = {
  readonly owner: ResponseUrlOwner;
  readonly at: number;
  uses: number;
};

/** Creates a store without response URLs. */
export function createResponseUrls(clock: SandboxClock, messages: Messages): ResponseUrls {
  const issued = new Map<string, Issued>();
  return {
    mint(owner) {
      const path = `/response/${owner.kind}/${owner.teamId}/${issued.size + 1}/${randomBytes(12).toString('hex')}`;
      issued.set(path, { owner, at: clock.now(), uses: 0 });
      return path;
    },
    receive(path, body) {
      const found = issued.get(path);
      if (found === undefined) {
        return refuse(404, 'no_service');
      }
      if (clock.now() - found.at > lifeMs) {
        return refuse(404, 'expired_url');
      }
      if (found.uses >= maxUses) {
        return refuse(404, 'used_url');
      }
      const message = parseJson(body);
      if (!isObject(message)) {
        return refuse(400, 'invalid_payload');
      }
      const answer = post(messages, found.owner, message);
      found.uses += answer.status === 200 ? 1 : 0;
      return answer;
    },
  };
}

function post(messages: Messages, owner: ResponseUrlOwner, message: JsonObject): { status: number; body: JsonObject } {
  const original = owner.original;
  if (flagAt(message, 'delete_original')) {
    if (original) {
      messages.remove(original);
    }
    return { status: 200, body: { ok: true } };
  }
  if (textAt(message, 'text') === '' && objectsAt(message, 'blocks').length === 0) {
    return refuse(400, 'no_text');
  }
  const problems = findMessageProblems(message);
  if (problems.length > 0) {
    return { status: 400, body: { ok: false, error: 'invalid_blocks', response_metadata: { messages: problems } } };
  }
  if (original && replacesOriginal(message)) {
    messages.replace(original, contentOf(message));
    return { status: 200, body: { ok: true } };
  }
  const isPublic = message['response_type'] === 'in_channel';
  const threads = isPublic && message['replace_original'] === false;
  messages.add({
    teamId: owner.teamId,
    channel: owner.channel,
    ephemeralTo: isPublic ? null : owner.userId,
    threadTs: threads ? textAt(message, 'thread_ts') : undefined,
    via: 'response_url',
    message: { ...contentOf(message), user: owner.botUserId },
  });
  return { status: 200, body: { ok: true } };
}

/** By default Slack replaces the message that was acted on (observed by many apps, not documented for blocks). */
function replacesOriginal(message: JsonObject): boolean {
  return message['replace_original'] === undefined || flagAt(message, 'replace_original');
}

function refuse(status: number, error: string): { status: number; body: JsonObject } {
  return { status, body: { ok: false, error } };
}

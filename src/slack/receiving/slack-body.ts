import { z } from 'zod';

/** More than this is refused unread, over HTTP and over a socket. */
export const bodyLimitBytes = 1024 * 1024;

/** Whether this is something that Slack sends: with anything else Bolt fails, or leaves it unanswered. */
export function isSlackBody(fields: unknown): boolean {
  return slackBody.safeParse(fields).success;
}

/** Whether Slack tells that it holds events back. Source: docs.slack.dev/reference/events/app_rate_limited */
export function isRateLimited(fields: unknown): boolean {
  return typeof fields === 'object' && fields !== null && 'type' in fields && fields.type === rateLimited;
}

const rateLimited = 'app_rate_limited';

const slackBody = z.union([
  z.object({ command: z.string() }),
  z.object({ type: z.literal('url_verification'), challenge: z.string() }),
  z.object({ type: z.literal('event_callback'), event: z.object({ type: z.string() }) }),
  z.object({ type: z.literal(rateLimited) }),
  z.object({
    type: z.enum([
      'block_actions',
      'interactive_message',
      'block_suggestion',
      'message_action',
      'shortcut',
      'view_submission',
      'view_closed',
    ]),
    user: z.object({ id: z.string() }),
  }),
]);

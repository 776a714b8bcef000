import type { Author } from '../domain/author.ts';
import { present } from '../domain/present.ts';
import { fieldAt, shapeAt, shapeOf, textAt } from './reading/json-shape.ts';
import { readLabel } from './reading/text-object.ts';

/**
 * Who Slack names in a message. With `bot` it was posted through an app: by the person `user`, or by the user that the
 * app is in Slack, which only Slack can tell. Names may be missing; the ids can be looked up.
 */
export type Posted = {
  readonly user?: { readonly id: string; readonly label?: string };
  readonly bot?: { readonly id?: string; readonly name?: string; readonly userId?: string };
  /** The name under which an app posted this one message. */
  readonly username?: string;
};

/** Reads who posted a message. docs.slack.dev/reference/events/message; `BotProfile` of conversations.history */
export function readPosted(message: unknown): Posted {
  const shape = shapeOf(message);
  const profile = shapeAt(shape, 'bot_profile');
  const userProfile = shapeAt(shape, 'user_profile');
  const [id, botId] = [textAt(shape, 'user'), textAt(shape, 'bot_id') ?? textAt(profile, 'id')];
  const label = ['display_name', 'real_name', 'name']
    .map((key) => readLabel(fieldAt(userProfile, key)))
    .find((name) => name !== undefined);
  const name = readLabel(fieldAt(profile, 'name'));
  const bot = { ...present({ id: botId, name, userId: textAt(profile, 'user_id') }) };
  return present({
    user: id === undefined ? undefined : { id, ...present({ label }) },
    bot: botId === undefined && name === undefined ? undefined : bot,
    username: readLabel(fieldAt(shape, 'username')),
  });
}

/**
 * The author as far as the message alone tells. Where an app took part and only an id is known of the person, that is
 * mostly the user that the app is in Slack.
 */
export function presumedAuthor({ user, bot, username }: Posted): Author | undefined {
  const appName = username ?? bot?.name;
  if (user === undefined || (bot !== undefined && appName !== undefined && user.label === undefined)) {
    return bot === undefined && username === undefined ? undefined : { kind: 'app', ...present({ name: appName }) };
  }
  return { kind: 'user', ...user, ...present({ via: bot?.name }) };
}

/** What the bot may do. The manifest asks for the same, and says there what each is for. */
export const botScopes: readonly string[] = [
  'commands',
  'chat:write',
  'users:read',
  'channels:read',
  'groups:read',
  'usergroups:read',
];

/** What the bot needs where a setting asks for more than every app does. */
export function neededBotScopes(announce: 'off' | 'reaction' | 'reply'): readonly string[] {
  return announce === 'reaction' ? [...botScopes, 'reactions:write'] : botScopes;
}

/**
 * What the bot may do where its administrators want it: `bot_optional` of the manifest. Source: docs.slack.dev, "Optional
 * scopes have landed" (2026-03-16). They are asked for with the others, and Slack lets people leave them out.
 */
export const optionalBotScopes: readonly string[] = [
  'reactions:write',
  'files:read',
  'channels:history',
  'groups:history',
  'mpim:history',
];

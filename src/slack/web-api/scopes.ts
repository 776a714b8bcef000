/** The bot scopes that every app needs. `manifest.yml` asks for the same and says what each is for. */
export const botScopes: readonly string[] = [
  'commands',
  'chat:write',
  'users:read',
  'channels:read',
  'groups:read',
  'usergroups:read',
];

/** The bot scopes that an app with this value of the setting `ANNOUNCE` needs. */
export function neededBotScopes(announce: 'off' | 'reaction' | 'reply'): readonly string[] {
  return announce === 'reaction' ? [...botScopes, 'reactions:write'] : botScopes;
}

/**
 * The bot scopes that an installation may leave out: `bot_optional` of the manifest. They are asked for with the others.
 * Source: docs.slack.dev, "Optional scopes have landed" (2026-03-16).
 */
export const optionalBotScopes: readonly string[] = [
  'reactions:write',
  'files:read',
  'channels:history',
  'groups:history',
  'mpim:history',
];

/** What the bot may do. The manifest asks for the same, and says there what each is for. */
export const botScopes: readonly string[] = [
  'commands',
  'chat:write',
  'users:read',
  'channels:read',
  'groups:read',
  'usergroups:read',
];

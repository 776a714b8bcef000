import type { ChannelKind } from '../state/directory.ts';

type Rule = readonly string[] | Readonly<Record<ChannelKind, string>>;

/** The scopes that each method of the sandbox needs. Source: docs.slack.dev, the pages of the methods. */
const rules: Readonly<Record<string, Rule>> = {
  'apps.connections.open': ['connections:write'],
  'apps.uninstall': [],
  'auth.teams.list': [],
  'auth.test': [],
  'bots.info': ['users:read'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'conversations.info': { public: 'channels:read', private: 'groups:read', im: 'im:read', mpim: 'mpim:read' },
  'conversations.members': { public: 'channels:read', private: 'groups:read', im: 'im:read', mpim: 'mpim:read' },
  'conversations.replies': {
    public: 'channels:history',
    private: 'groups:history',
    im: 'im:history',
    mpim: 'mpim:history',
  },
  'files.info': ['files:read'],
  'reactions.add': ['reactions:write'],
  'usergroups.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** Whether the sandbox has this method. */
export function isKnownMethod(method: string): boolean {
  return Object.hasOwn(rules, method);
}

/**
 * The scopes that a call needs. They can depend on `kind`, the kind of the conversation that it is about: a private channel
 * needs another scope than a public one.
 */
export function scopesNeeded(method: string, kind: ChannelKind = 'public'): readonly string[] {
  const rule = rules[method] ?? [];
  return 'public' in rule ? [rule[kind]] : rule;
}

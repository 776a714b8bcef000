import type { ChannelKind } from './directory.ts';
import { type JsonObject, textAt } from './json.ts';

type Rule = readonly string[] | ((args: JsonObject, kind: ChannelKind | undefined) => readonly string[]);

/** Bot scopes of every Web API method that the sandbox knows (docs.slack.dev, method pages). */
const RULES: Record<string, Rule> = {
  'api.test': [],
  'apps.connections.open': ['connections:write'],
  'apps.uninstall': [],
  'auth.revoke': [],
  'auth.test': [],
  'bookmarks.add': ['bookmarks:write'],
  'bookmarks.edit': ['bookmarks:write'],
  'bookmarks.list': ['bookmarks:read'],
  'bookmarks.remove': ['bookmarks:write'],
  'bots.info': ['users:read'],
  'chat.delete': ['chat:write'],
  'chat.deleteScheduledMessage': ['chat:write'],
  'chat.getPermalink': [],
  'chat.meMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.scheduleMessage': ['chat:write'],
  'chat.scheduledMessages.list': [],
  'chat.update': ['chat:write'],
  'conversations.archive': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.close': byKind({ im: 'im:write', mpim: 'mpim:write' }),
  'conversations.create': (args) => [args['is_private'] === 'true' ? 'groups:write' : 'channels:manage'],
  'conversations.history': byKind(typed('history')),
  'conversations.info': byKind(typed('read')),
  'conversations.invite': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.join': ['channels:join'],
  'conversations.kick': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.leave': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.list': scopesOfList,
  'conversations.mark': byKind({ public: 'channels:manage', private: 'groups:write', im: 'im:write' }),
  'conversations.members': byKind(typed('read')),
  'conversations.open': (args, kind) => [
    kind === 'mpim' || textAt(args, 'users').includes(',') ? 'mpim:write' : 'im:write',
  ],
  'conversations.rename': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.replies': byKind(typed('history')),
  'conversations.setPurpose': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.setTopic': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'conversations.unarchive': byKind({ public: 'channels:manage', private: 'groups:write' }),
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'files.list': ['files:read'],
  'oauth.v2.access': [],
  'pins.add': ['pins:write'],
  'pins.list': ['pins:read'],
  'pins.remove': ['pins:write'],
  'reactions.add': ['reactions:write'],
  'reactions.get': ['reactions:read'],
  'reactions.remove': ['reactions:write'],
  'team.info': ['team:read'],
  'usergroups.list': ['usergroups:read'],
  'users.getPresence': ['users:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'users.profile.get': ['users.profile:read'],
  'users.profile.set': ['users.profile:write'],
  'users.setPresence': ['users:write'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** Methods that take no bearer token. */
export const WITHOUT_TOKEN: readonly string[] = ['api.test', 'oauth.v2.access'];

export function isKnownMethod(method: string): boolean {
  return Object.hasOwn(RULES, method);
}

/**
 * The scopes that a call needs. `kind` is the kind of the conversation it is about, where there is one: reading a
 * private channel needs another scope than reading a public one.
 */
export function scopesNeeded(method: string, args: JsonObject, kind: ChannelKind | undefined): readonly string[] {
  const rule = RULES[method] ?? [];
  return typeof rule === 'function' ? rule(args, kind) : rule;
}

function byKind(scopes: Partial<Record<ChannelKind, string>>): Rule {
  return (_args, kind) => {
    const scope = scopes[kind ?? 'public'] ?? scopes.public;
    return scope === undefined ? [] : [scope];
  };
}

function typed(action: 'read' | 'history'): Record<ChannelKind, string> {
  return {
    public: `channels:${action}`,
    private: `groups:${action}`,
    im: `im:${action}`,
    mpim: `mpim:${action}`,
  };
}

function scopesOfList(args: JsonObject): readonly string[] {
  const read = typed('read');
  const words: Record<string, string> = {
    public_channel: read.public,
    private_channel: read.private,
    im: read.im,
    mpim: read.mpim,
  };
  const types = (textAt(args, 'types') || 'public_channel').split(',').map((word) => word.trim());
  return types.flatMap((word) => words[word] ?? []);
}

import type { ChannelMention, Inline, Names } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { cleanLine } from './clean-text.ts';

/** The text of a piece without any code, for places where codes must not be: inside of `[code]`. */
export function textOf(node: Inline, names: Names, losses: LossLog): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'link':
      return node.label || node.address;
    case 'user':
      return (node.as === 'name' ? '' : '@') + bareName(names.users.get(node.id)?.name ?? node.label, node.id);
    case 'channel':
      return channelName(node, names);
    case 'group':
      return `@${bareName(names.groups.get(node.id) ?? node.label, node.id)}`;
    case 'workspace':
      return `@${node.id}`;
    case 'broadcast':
      return `@${node.range}`;
    case 'emoji':
      if (node.unicode === undefined) {
        losses.add('custom-emoji', node.name);
      }
      return node.unicode ?? `:${node.name}:`;
    case 'moment':
      return node.fallback;
    default:
      return node satisfies never;
  }
}

/** A conversation that nobody may be told the name of is called what it is; an id says nothing to people. */
function channelName({ id, label }: ChannelMention, { channels, places }: Names): string {
  const name = channels.get(id) ?? label;
  if (name !== undefined || places === undefined) {
    return `#${bareName(name, id)}`;
  }
  return id.startsWith('D') ? places.directMessage : id.startsWith('G') ? places.privateChannel : places.channel;
}

/** Slack sends some labels with the sign in front, others without. */
export function bareName(name: string | undefined, id: string): string {
  const bare = cleanLine(name ?? '').replace(/^[@#]/, '');
  return (bare === '' ? cleanLine(id) : bare).slice(0, maxNameLength).toWellFormed();
}

const maxNameLength = 200;

import type { JsonObject } from '../json.ts';
import type { Directory } from '../state/directory.ts';

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'user'; readonly id: string; readonly name: string }
  | { readonly kind: 'channel'; readonly id: string; readonly name: string }
  | { readonly kind: 'broadcast'; readonly range: string }
  | { readonly kind: 'link'; readonly url: string };

/** Slack writes `&`, `<` and `>` of a message's text as entities, and nothing else. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The `text` of a slash command. With `shouldEscape` the names of people and channels and the URLs that a person types
 * become `<@U…|name>`, `<#C…|name>` (no name for a private channel) and `<https://…>`.
 */
export function toCommandText(typed: string, shouldEscape: boolean, directory: Directory, teamId: string): string {
  return shouldEscape ? toMrkdwn(typed, directory, teamId, true) : escapeText(typed);
}

/** The `text` of a message that a person has typed. */
export function toMessageText(typed: string, directory: Directory, teamId: string): string {
  return toMrkdwn(typed, directory, teamId, false);
}

/** The one rich_text block in which Slack keeps what a person has typed; its text is not escaped. */
export function toRichText(typed: string, directory: Directory, teamId: string): JsonObject {
  const elements = toRichElements(typed, directory, teamId);
  return { type: 'rich_text', block_id: 'typed', elements: [{ type: 'rich_text_section', elements }] };
}

/** The names of people and channels and the URLs in a typed text, and the text between them, as rich text. */
export function toRichElements(typed: string, directory: Directory, teamId: string): JsonObject[] {
  return tokensOf(typed, directory, teamId).map((token): JsonObject => {
    switch (token.kind) {
      case 'text':
        return { type: 'text', text: token.text };
      case 'user':
        return { type: 'user', user_id: token.id };
      case 'channel':
        return { type: 'channel', channel_id: token.id };
      case 'broadcast':
        return { type: 'broadcast', range: token.range };
      case 'link':
        return { type: 'link', url: token.url };
      default:
        return token satisfies never;
    }
  });
}

function toMrkdwn(typed: string, directory: Directory, teamId: string, withNames: boolean): string {
  const label = (name: string): string => (withNames ? `|${name}` : '');
  return tokensOf(typed, directory, teamId)
    .map((token) => {
      switch (token.kind) {
        case 'text':
          return escapeText(token.text);
        case 'user':
          return `<@${token.id}${label(token.name)}>`;
        case 'channel':
          return `<#${token.id}|${withNames ? token.name : ''}>`;
        case 'broadcast':
          return `<!${token.range}>`;
        case 'link':
          return `<${escapeText(token.url)}>`;
        default:
          return token satisfies never;
      }
    })
    .join('');
}

const specialWords = /(?<=^|[\s(])[@#][\p{L}\p{N}][\p{L}\p{N}._-]*|https?:\/\/[^\s<>]+/gu;
const broadcasts = ['@here', '@channel', '@everyone'];

function tokensOf(typed: string, directory: Directory, teamId: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of typed.matchAll(specialWords)) {
    const token = readSpecial(match[0], directory, teamId);
    if (token !== undefined) {
      tokens.push({ kind: 'text', text: typed.slice(end, match.index) }, token);
      end = match.index + match[0].length;
    }
  }
  tokens.push({ kind: 'text', text: typed.slice(end) });
  return tokens.filter((token) => token.kind !== 'text' || token.text !== '');
}

function readSpecial(word: string, directory: Directory, teamId: string): Token | undefined {
  if (word.startsWith('http')) {
    return { kind: 'link', url: word };
  }
  if (broadcasts.includes(word)) {
    return { kind: 'broadcast', range: word.slice(1) };
  }
  const name = word.slice(1);
  if (word.startsWith('@')) {
    const person = [...directory.people.values()].find((p) => p.teamId === teamId && p.name === name);
    return person && { kind: 'user', id: person.id, name };
  }
  const channel = [...directory.channels.values()].find((c) => c.teamId === teamId && c.name === name);
  return channel && { kind: 'channel', id: channel.id, name: channel.kind === 'private' ? '' : name };
}

import type { ChatMessage } from '../state.ts';
import { portalDate } from '../wire/portal-time.ts';
import { readMessage } from './read-message.ts';
import type { WebBuild } from './web-client.ts';
import { wordsOf } from './words.ts';

/** Where somebody reads: `push` shows the notice on a phone and the line in the list of chats. */
export type ChatView = 'web' | 'mobile' | 'push';

/** The places in which a chat can be shown. */
export const chatViews: readonly ChatView[] = ['web', 'mobile', 'push'];

/** A task's chat as its reader sees it, in plain text: author and time, then the message indented by two. */
export function renderChat(messages: readonly ChatMessage[], view: ChatView = 'web', build?: WebBuild): string {
  return messages
    .map((message) => {
      const { author, at } = message;
      return `${author.name}, ${portalDate(at).slice(11, 16)}\n${indent(renderContent(message, view, build))}`;
    })
    .join('\n\n');
}

function renderContent({ text, file, deleted }: ChatMessage, view: ChatView, build: WebBuild | undefined): string {
  if (deleted) {
    return '(deleted)';
  }
  const shown = file ? [`[file] ${file.name}, ${file.size} bytes`] : [];
  return [...shown, ...(text === '' ? [] : [renderMessage(text, view, build)])].join('\n');
}

/** One message: formatting as marks, quotes with a bar, code indented, and below it what the portal did because of it. */
export function renderMessage(text: string, view: ChatView = 'web', build?: WebBuild): string {
  const message = readMessage(text, build);
  const { notified, commands } = message;
  const happened = [
    ...notified.map((who) => (who === 'all' ? '(everybody is notified)' : `(user ${who} is notified)`)),
    ...commands.map((name) => `(bot command /${name})`),
  ];
  const shown =
    view === 'push' ? `${message.push}\n(in the list) ${message.list}` : wordsOf(message[view], { marks: true });
  return [shown, ...happened].join('\n');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

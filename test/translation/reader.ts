import { type Element, elementsOf, type Piece } from '../../src/sandbox/bitrix24/chat/pieces.ts';
import { readMessage } from '../../src/sandbox/bitrix24/chat/read-message.ts';
import { type WebBuild, webBuilds } from '../../src/sandbox/bitrix24/chat/web-client.ts';
import { wordsOf } from '../../src/sandbox/bitrix24/chat/words.ts';

/** Whatever a message does to its readers, in any client and any build: nothing of it may come from typed text. */
export type Effects = {
  readonly notified: readonly (number | 'all')[];
  readonly commands: readonly string[];
  /** Elements by kind and value, such as `link https://a.example`: what reacts to a click or stands for something else. */
  readonly alive: readonly string[];
  readonly quotes: number;
};

/** Formatting alone is nothing that happens. */
const formatting = new Set<Element['kind']>(['code', 'inline-code', 'quote']);

/** What happens because of a text that was sent, on the web in every build and on phones. */
export function effectsOf(text: string): Effects {
  const drawn = webBuilds.map((build) => readMessage(text, build));
  const clients = [...drawn.map(({ web }) => web), ...drawn.slice(0, 1).map(({ mobile }) => mobile)];
  const elements = clients.flatMap(elementsOf);
  return {
    notified: drawn[0]?.notified ?? [],
    commands: drawn[0]?.commands ?? [],
    alive: [...new Set(elements.filter(({ kind }) => !formatting.has(kind)).map(nameOf))],
    quotes: elements.filter(({ kind }) => kind === 'quote').length,
  };
}

/** What is read in one client, without formatting. */
export function readOn(client: 'web' | 'mobile', text: string, build?: WebBuild): string {
  return wordsOf(readMessage(text, build)[client], { marks: false });
}

/** What a selection of each block of code copies: browsers write a blank for U+00A0. */
export function copiedCode(text: string, build?: WebBuild): readonly string[] {
  return elementsOf(readMessage(text, build).web)
    .filter(({ kind }) => kind === 'code')
    .map(({ content }) => content.map(typed).join('').replaceAll('\u00a0', ' '));
}

function typed(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece.content.map(typed).join('');
}

function nameOf({ kind, value }: Element): string {
  return `${kind} ${value}`.trim();
}

import { textOfRequest } from './compose-requests.ts';
import type { PartContent } from './progress.ts';
import type { Accounted, ChatMessage, Seen } from './task-chat.ts';

/** What a look is for, and what it saw. */
type Looked = {
  readonly content: PartContent;
  /** What its author has written since the attempt. */
  readonly messages: readonly ChatMessage[];
  readonly isComplete: boolean;
  readonly accounted: Accounted;
};

/**
 * Whether a part is in the chat. What other parts were found as does not count; of equal texts and files each part has
 * one. A message of its author that nothing explains may be the part with its words altered: then it is not surely
 * absent.
 */
export function judgeChat({ content, messages, isComplete, accounted }: Looked): Seen {
  const free = messages.filter(({ id }) => !accounted.messages.has(id));
  const candidates = free.filter(canBe(content));
  const [newest] = candidates.toSorted((one, other) => one.agoMs - other.agoMs);
  const rivals = accounted.parts.filter((other) => isSameContent(other, content));
  if (newest && candidates.length > rivals.length) {
    return { kind: 'found', message: newest.id };
  }
  const explained = accounted.parts.map(canBe);
  const isExplained = (message: ChatMessage) => explained.some((fits) => fits(message));
  const isSure = isComplete && candidates.length === 0 && free.every(isExplained);
  return { kind: isSure ? 'absent' : 'unsure' };
}

/** Whether a message of the chat is what a part has put there, as far as its content tells. */
export function isSameMessage(content: PartContent, message: ChatMessage): boolean {
  return canBe(content)(message);
}

function canBe(content: PartContent): (message: ChatMessage) => boolean {
  if (content.kind === 'text') {
    const wanted = comparableText(textOfRequest(content.request));
    return ({ text, files }) => files.length === 0 && comparableText(text) === wanted;
  }
  const { name, size } = content.file;
  return ({ files }) => files.some((file) => isNameOf(file.name, name) && (size === undefined || file.size === size));
}

/** Equal in the chat. */
function isSameContent(one: PartContent, other: PartContent): boolean {
  if (one.kind === 'text' && other.kind === 'text') {
    return comparableText(textOfRequest(one.request)) === comparableText(textOfRequest(other.request));
  }
  return one.kind === 'file' && other.kind === 'file' && isNameOf(one.file.name, other.file.name);
}

/**
 * Where a folder has a file of that name already, the new one is called `name (1).pdf`; characters that no file may have
 * in its name are replaced. Source: module `im` 26.250, lib/V2/Service/FileService.php, which asks for a unique name.
 */
function isNameOf(shown: string, sent: string): boolean {
  const bare = (name: string) =>
    name
      .replace(/ \(\d+\)(?=\.[^.]*$|$)/, '')
      .replace(/[^\p{L}\p{N}]/gu, '')
      .toLowerCase();
  return bare(shown) === bare(sent);
}

/** Characters that nobody sees; portals and databases drop some of them. */
const unseen = /[\p{Cf}\p{Variation_Selector}\p{Noncharacter_Code_Point}]/gu;
/** A link without words is read by its address. Source: module `im` 26.250, lib/text.php. */
const blankLink = /\[url=([^\]]*)\]\s*\[\/url\]/gi;
const marks = /\[\/?\w+(?:=[^\]]*)?(?: replace)?\]|<\/?(?:br|nomodify) ?\/?>|#BR#/gi;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * What of a text is the same after its way through a portal. Portals rewrite links and codes, decode entities and emoji,
 * write some signs in small letters, and trim. Source: module `im` 26.250, lib/V2/Message.php and lib/text.php; module
 * `main`, classes/general/textparser.php and lib/text/emoji.php.
 */
export function comparableText(text: string): string {
  return text
    .replace(unseen, '')
    .replace(/:((?:[0-9a-f]{2}){3,4}):/gi, (_, bytes: string) => Buffer.from(bytes, 'hex').toString('utf8'))
    .replace(/&(?:#(\d{1,7})|(\w+));/g, (whole, code: string | undefined, name: string) =>
      code === undefined ? (entities[name.toLowerCase()] ?? whole) : characterOf(Number(code), whole),
    )
    .replace(blankLink, '$1')
    .replace(marks, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, '');
}

function characterOf(code: number, otherwise: string): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : otherwise;
}

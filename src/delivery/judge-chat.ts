import { textOfRequest } from './compose-requests.ts';
import type { Accounted, ChatMessage, Seen } from './task-chat.ts';

/** What a look is for, and what it saw. */
type Looked = {
  /** The exact JSON body of the part. */
  readonly request: string;
  /** What its author has written since the attempt. */
  readonly messages: readonly ChatMessage[];
  readonly isComplete: boolean;
  readonly accounted: Accounted;
};

/**
 * Whether a part is in the chat. What other parts were found as does not count; of equal texts each part has one. A
 * message of its author that nothing explains may be the part with its words altered: then it is not surely absent.
 */
export function judgeChat({ request, messages, isComplete, accounted }: Looked): Seen {
  const free = messages.filter(({ id }) => !accounted.messages.has(id));
  const wanted = comparableText(textOfRequest(request));
  const others = accounted.requests.map((other) => comparableText(textOfRequest(other)));
  const candidates = free.filter((message) => isSameMessage(request, message));
  const [newest] = candidates.toSorted((one, other) => one.agoMs - other.agoMs);
  if (newest && candidates.length > others.filter((text) => text === wanted).length) {
    return { kind: 'found', message: newest.id };
  }
  const isExplained = ({ text }: ChatMessage) => others.includes(comparableText(text));
  const isSure = isComplete && candidates.length === 0 && free.every(isExplained);
  return { kind: isSure ? 'absent' : 'unsure' };
}

/** Whether a message of the chat is what a request has put there, as far as its content tells. */
export function isSameMessage(request: string, { text }: ChatMessage): boolean {
  return comparableText(text) === comparableText(textOfRequest(request));
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

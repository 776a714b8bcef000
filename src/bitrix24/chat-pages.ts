import type { PortalFailure } from '../domain/failure.ts';
import { type Result, success } from '../domain/result.ts';

/** Messages of one answer, in any order. */
export type ChatPage = readonly {
  readonly id: number;
  readonly author: string;
  /** How long before the answer it was written, in ms, by the portal's clock. */
  readonly agoMs: number;
  readonly text: string;
  readonly unread: boolean;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}[];

/** Asks for a page; `range` holds LIMIT, and FIRST_ID or LAST_ID: what is newer, or older, than a message. */
type AskPage = (range: Readonly<Record<string, number>>) => Promise<Result<ChatPage, PortalFailure>>;

type Read = { readonly messages: ChatPage; readonly isComplete: boolean };

/** Twenty of the longest messages fit into an answer in most alphabets; where they do not, less is asked for. */
const limits = [20, 5, 1] as const;

/** More than is written in a task's chat in the hours in which anything is looked for. */
const maxPages = 40;

/**
 * Reads what was written in the last `sinceMs`. Without a place to begin at the portal answers with the newest messages,
 * but where the reader has more unread ones than the limit, it begins at the first of those: then the newest are read
 * by going on from there. Source: module `im` 26.250, lib/chat.php, getMessages.
 */
export async function readSince(sinceMs: number, askPage: AskPage): Promise<Result<Read, PortalFailure>> {
  const ask = createAsking(askPage);
  const first = await ask({});
  if (!first.ok) {
    return first;
  }
  const messages = new Map(first.value.messages.map((message) => [message.id, message]));
  const isNewestMissing = first.value.messages.filter(({ unread }) => unread).length >= first.value.limit;
  const newer = isNewestMissing ? await goOn(true) : success(true);
  if (!newer.ok) {
    return newer;
  }
  const older = await goOn(false);
  return older.ok ? success({ messages: [...messages.values()], isComplete: newer.value && older.value }) : older;

  /** Whether the end, or the moment, was reached. */
  async function goOn(isForward: boolean): Promise<Result<boolean, PortalFailure>> {
    for (let pages = 0; pages < maxPages; pages += 1) {
      const ids = [...messages.keys()];
      if (ids.length === 0 || (!isForward && [...messages.values()].some(({ agoMs }) => agoMs > sinceMs))) {
        return success(true);
      }
      const page = await ask(isForward ? { FIRST_ID: Math.max(...ids) } : { LAST_ID: Math.min(...ids) });
      if (!page.ok) {
        return page;
      }
      const fresh = page.value.messages.filter(({ id }) => !messages.has(id));
      for (const message of fresh) {
        messages.set(message.id, message);
      }
      if (fresh.length === 0) {
        return success(true);
      }
    }
    return success(false);
  }
}

/** Answers that are too long break off: then smaller ones are asked for. */
function createAsking(askPage: AskPage) {
  let at = 0;
  return async (range: Readonly<Record<string, number>>) => {
    for (;;) {
      const limit = limits[at] ?? 1;
      const page = await askPage({ LIMIT: limit, ...range });
      if (page.ok) {
        return success({ messages: page.value, limit });
      }
      if (page.failure.kind !== 'no-answer' || at >= limits.length - 1) {
        return page;
      }
      at += 1;
    }
  };
}

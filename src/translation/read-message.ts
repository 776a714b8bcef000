import type { Block, Document, Loss } from '../domain/document.ts';
import { present } from '../domain/present.ts';
import { hasVisibleText } from './has-visible-text.ts';
import { createLossLog, type LossLog } from './loss-log.ts';
import { flatten } from './nodes.ts';
import { plainText } from './plain-text.ts';
import { readMrkdwnBlocks } from './read-mrkdwn.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapeOf, shapesAt, textAt } from './reading/json-shape.ts';
import { readAttachment } from './reading/read-attachments.ts';
import { readBlocks } from './reading/read-blocks.ts';
import { readFiles } from './reading/read-files.ts';
import { secondsOf } from './reading/slack-time.ts';

/** Who wrote a message: a person with an id that can be looked up, or an app with a name. */
export type Author =
  | { readonly kind: 'user'; readonly id: string; readonly label?: string }
  | { readonly kind: 'app'; readonly name: string };

/** A message, as far as it matters outside of Slack. */
export type SlackMessage = {
  readonly document: Document;
  readonly losses: readonly Loss[];
  readonly author: Author | undefined;
  /** Epoch seconds. */
  readonly sentAt: number | undefined;
  /** Epoch seconds of the last change, if there was one. */
  readonly editedAt: number | undefined;
};

/**
 * A message as Slack sends it with a message shortcut. Blocks win over `text`, then come attachments and files; nothing
 * is said twice. Any field may be missing or of the wrong kind: this never throws, and where there is text, it gives
 * text.
 */
export function readMessage(message: unknown): SlackMessage {
  const shape = shapeOf(message);
  const log = createLossLog();
  return {
    document: { blocks: readContent(shape, log) },
    losses: log.losses(),
    author: readAuthor(shape),
    sentAt: secondsOf(fieldAt(shape, 'ts')),
    editedAt: secondsOf(fieldAt(shapeAt(shape, 'edited'), 'ts')),
  };
}

function readContent(shape: Shape, log: LossLog): readonly Block[] {
  const main = readMain(shape, log);
  const said = new Set([wording(main)]);
  const attached = shapesAt(shape, 'attachments').flatMap((attachment) => {
    const blocks = readAttachment(attachment, log);
    const words = wording(blocks);
    const isNew = words !== '' && !said.has(words);
    said.add(words);
    return isNew ? blocks : [];
  });
  return [...main, ...attached, ...readFiles(shapesAt(shape, 'files'), log)];
}

/** `text` repeats what is in the blocks, for places that cannot show blocks. */
function readMain(shape: Shape, log: LossLog): readonly Block[] {
  const blocks = readBlocks(listAt(shape, 'blocks'), log);
  return hasVisibleText({ blocks }) ? blocks : readMrkdwnBlocks(textAt(shape, 'text') ?? '');
}

function wording(blocks: readonly Block[]): string {
  const names = { users: new Map(), channels: new Map(), groups: new Map() };
  const unheard = createLossLog();
  const words = flatten(blocks).map((node) => plainText(node, names, unheard));
  return words.join('').replace(/\s+/g, ' ').trim();
}

function readAuthor(shape: Shape): Author | undefined {
  const id = textAt(shape, 'user');
  const botId = textAt(shape, 'bot_id');
  if (id !== undefined && botId === undefined) {
    const label = textAt(shapeAt(shape, 'user_profile'), 'display_name', 'real_name', 'name');
    return { kind: 'user', id, ...present({ label }) };
  }
  const name = textAt(shape, 'username') ?? textAt(shapeAt(shape, 'bot_profile'), 'name') ?? id ?? botId;
  return name === undefined ? undefined : { kind: 'app', name };
}

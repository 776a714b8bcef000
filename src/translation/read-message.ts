import type { Block, Document, Loss } from '../domain/document.ts';
import type { MessageWords } from '../domain/message-words.ts';
import { hasVisibleText } from './has-visible-text.ts';
import { createLossLog, type LossLog } from './loss-log.ts';
import { flatten } from './nodes.ts';
import type { MessageFile } from './reading/file-along.ts';
import {
  countAt,
  fieldAt,
  isShape,
  listAt,
  type Shape,
  shapeAt,
  shapeOf,
  shapesAt,
  textAt,
} from './reading/json-shape.ts';
import { readMrkdwnBlocks } from './reading/mrkdwn-blocks.ts';
import { readAttachment } from './reading/read-attachments.ts';
import { readBlocks } from './reading/read-blocks.ts';
import { hasRoom, readRoom } from './reading/read-calls.ts';
import { readFiles } from './reading/read-files.ts';
import { createReading, type Reading } from './reading/reading.ts';
import { secondsOf } from './reading/slack-time.ts';
import { textOf } from './writing/text-of.ts';

/** A message, as far as it matters outside of Slack. */
export type SlackMessage = {
  /** Without any visible text where nothing in the message can be read. */
  readonly document: Document;
  readonly losses: readonly Loss[];
  /** The files that go along, in their order; none where none may. */
  readonly files: readonly MessageFile[];
  /** Epoch seconds. */
  readonly sentAt: number | undefined;
  /** Epoch seconds of the last change, if there was one. */
  readonly editedAt: number | undefined;
};

/**
 * A message as Slack sends it with a message shortcut. Blocks win over `text`, then come the huddle, attachments and
 * files; nothing is said twice. Any field may be missing or of the wrong kind: this never throws, where there is text,
 * it gives text, and what it cannot give is among the losses. `takesFiles`: its files go along with it.
 */
export function readMessage(message: unknown, words: MessageWords, takesFiles = false): SlackMessage {
  const shape = shapeOf(message);
  const log = createLossLog();
  const files: MessageFile[] = [];
  const reading = createReading(words, log, filesOf(shape, maxDepth), takesFiles ? files : undefined);
  const document = { blocks: readContent(shape, reading, maxDepth) };
  if (!hasVisibleText(document) && Object.keys(shape).length > 0 && log.losses().length === 0) {
    tellWhatItIs(shape, log);
  }
  return {
    document,
    losses: log.losses(),
    files,
    sentAt: secondsOf(fieldAt(shape, 'ts')),
    editedAt: secondsOf(fieldAt(shapeAt(shape, 'edited'), 'ts')),
  };
}

/** Whether a message of a thread has company there: its first post loses all answers when they are deleted. */
export function isAnswered(message: unknown): boolean {
  return countAt(shapeOf(message), 'reply_count') !== 0;
}

/** A post of a thread, read without the beginning of the thread that Slack repeats in some. */
export type ThreadPostRead = SlackMessage & {
  /** It was shown in the channel as well. */
  readonly isBroadcast: boolean;
};

/** A post as Slack sends it with the other posts of its thread; as for `readMessage`. */
export function readPost(message: unknown, words: MessageWords, takesFiles?: boolean): ThreadPostRead {
  const { root: _root, ...post } = shapeOf(message);
  return { ...readMessage(post, words, takesFiles), isBroadcast: textAt(post, 'subtype') === 'thread_broadcast' };
}

/** A message with nothing to read is told by Slack's names of its kind, or of its blocks. */
function tellWhatItIs(message: Shape, log: LossLog): void {
  const types = shapesAt(message, 'blocks').map((block) => textAt(block, 'type'));
  const known = [textAt(message, 'subtype'), ...types].filter((type) => type !== undefined);
  for (const type of known.length > 0 ? known : [textAt(message, 'type') ?? 'message']) {
    log.add('unsupported', type);
  }
}

/** A forwarded message may hold another one; Slack shows two levels. */
const maxDepth = 4;

function readContent(
  message: Shape,
  reading: Reading,
  depth: number,
  otherwise: () => readonly Block[] = () => [],
): readonly Block[] {
  const main = readMain(message, reading, otherwise);
  const room = hasRoom(message) ? readRoom(message, reading) : [];
  return [
    ...readRoot(message),
    ...main,
    ...room,
    ...readAttached(message, main, reading, depth),
    ...readFiles([...listAt(message, 'files'), fieldAt(message, 'file')], reading),
  ];
}

function readAttached(message: Shape, main: readonly Block[], reading: Reading, depth: number): readonly Block[] {
  const said = new Set([wording(main)]);
  const attachments = shapesAt(message, 'attachments');
  if (depth === 0 && attachments.length > 0) {
    reading.addCut();
    return [];
  }
  return attachments.flatMap((attachment) => {
    const blocks = readAttachment(attachment, reading, (inner, otherwise) =>
      readContent(inner, reading, depth - 1, otherwise),
    );
    const words = wording(blocks);
    const isNew = words !== '' && !said.has(words);
    said.add(words);
    return isNew ? blocks : [];
  });
}

/** Slack shows the beginning of the thread above a reply that was sent to the channel as well. */
function readRoot(message: Shape): readonly Block[] {
  const root = textAt(message, 'subtype') === 'thread_broadcast' ? shapeAt(message, 'root') : {};
  const blocks = readMrkdwnBlocks(textAt(root, 'text') ?? '');
  return hasVisibleText({ blocks }) ? [{ kind: 'quote', blocks }] : [];
}

/** `text` repeats what is in the blocks, for places that cannot show blocks. */
function readMain(message: Shape, reading: Reading, otherwise: () => readonly Block[]): readonly Block[] {
  const blocks = readBlocks(listAt(message, 'blocks'), reading);
  if (hasVisibleText({ blocks })) {
    return blocks;
  }
  const text = readMrkdwnBlocks(textAt(message, 'text') ?? '');
  return hasVisibleText({ blocks: text }) ? text : otherwise();
}

/** The files of a message and of the messages in it. */
function filesOf(message: Shape, depth: number): readonly Shape[] {
  if (depth === 0) {
    return [];
  }
  const inner = shapesAt(message, 'attachments').flatMap((attachment) => [
    attachment,
    ...shapesAt(attachment, 'message_blocks').map((entry) => shapeAt(entry, 'message')),
  ]);
  return [
    ...shapesAt(message, 'files'),
    ...[fieldAt(message, 'file')].filter(isShape),
    ...inner.flatMap((one) => filesOf(one, depth - 1)),
  ];
}

function wording(blocks: readonly Block[]): string {
  const names = { users: new Map(), channels: new Map(), groups: new Map() };
  const unheard = createLossLog();
  const words = flatten(blocks).map((node) => textOf(node, names, unheard));
  return words.join('').replace(/\s+/g, ' ').trim();
}

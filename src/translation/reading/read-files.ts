import type { Block, Inline } from '../../domain/document.ts';
import { link, paragraph, text } from '../nodes.ts';
import { readFileContent } from './file-content.ts';
import { fileAddress, fileName } from './file-name.ts';
import { countAt, isShape, type Shape, shapeAt, textAt } from './json-shape.ts';
import { readMrkdwnBlocks } from './mrkdwn-blocks.ts';
import type { Reading } from './reading.ts';

/**
 * Files as lines with name, link and size, and below what Slack sent of their words: the files themselves stay in
 * Slack. docs.slack.dev/reference/objects/file-object
 */
export function readFiles(files: readonly unknown[], reading: Reading): readonly Block[] {
  return files
    .filter(isShape)
    .filter((file) => reading.isNew(file))
    .flatMap((file) => readFile(file, reading));
}

/** The block of a remote file, of a canvas or a list: the file comes in it, or with the message, or is only named. */
export function readFileBlock(block: Shape, reading: Reading): readonly Block[] {
  const inside = shapeAt(block, 'file');
  const file = Object.keys(inside).length > 0 ? inside : reading.fileAt(textAt(block, 'file_id'));
  return readFiles([file ?? {}], reading);
}

function readFile(file: Shape, reading: Reading): readonly Block[] {
  const { blocks, isWhole } = readFileContent(file, reading);
  const along = !isWhole && reading.goesAlong(file);
  const absent = absenceOf(file, along, reading);
  const name = fileName(file, reading);
  if (absent !== undefined) {
    return [paragraph([text(isNamed(file) ? `📎 ${name}: ${absent}` : `📎 ${absent}`)])];
  }
  const address = fileAddress(file);
  if (!isWhole && !along) {
    reading.add('files', name);
  }
  const comment = readMrkdwnBlocks(textAt(shapeAt(file, 'initial_comment'), 'comment') ?? '');
  return [
    paragraph([text('📎 '), address === undefined ? text(name) : link(address, name), ...sizeOf(file)]),
    ...blocks,
    ...comment,
  ];
}

/**
 * Why Slack shows nothing of a file; it sends not more than an id then. Only what Slack shows to people and not to the
 * app is a loss. Source: `mode` and `file_access` of files, docs.slack.dev/apis/slack-connect.
 */
function absenceOf(file: Shape, goesAlong: boolean, reading: Reading): string | undefined {
  const { words } = reading;
  const access = textAt(file, 'file_access');
  const mode = textAt(file, 'mode');
  const deleted = mode === 'tombstone' || access === 'file_deleted' || access === 'file_not_found';
  if (deleted) {
    return words.deletedFile;
  }
  if (mode === 'hidden_by_limit' || access === 'hidden_by_limit') {
    return words.hiddenFile;
  }
  const isKept = access !== undefined && access !== 'visible';
  if ((isKept || mode === 'file_access') && !isNamed(file) && !goesAlong) {
    reading.add('missing', words.unseenFile);
    return words.unseenFile;
  }
  return undefined;
}

function isNamed(file: Shape): boolean {
  return textAt(file, 'title', 'name', 'fallback') !== undefined;
}

/** Canvases and lists have a size that says nothing to people. */
function sizeOf(file: Shape): readonly Inline[] {
  const size = countAt(file, 'size');
  const isDocument = ['quip', 'canvas', 'list'].includes(textAt(file, 'filetype') ?? '');
  return size === undefined || size === 0 || isDocument ? [] : [text(` (${sizeText(size)})`)];
}

/** Rounded to two digits or more, in steps of 1024 as Slack and Bitrix24 count. */
function sizeText(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  const rounded = size < 10 && step > 0 ? size.toFixed(1) : String(Math.round(size));
  return `${rounded} ${units[step]}`;
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

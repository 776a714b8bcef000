import type { Block } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { link, paragraph, text } from '../nodes.ts';
import { countAt, type Shape, textAt } from './json-shape.ts';

/**
 * Files as lines with name, link and size: the files themselves stay in Slack.
 * docs.slack.dev/reference/objects/file-object
 */
export function readFiles(files: readonly Shape[], log: LossLog): readonly Block[] {
  return files.map((file) => {
    const name = textAt(file, 'title', 'name', 'fallback', 'id') ?? '?';
    const address = textAt(file, 'permalink', 'url_private', 'external_url');
    log.add('files', name);
    const size = countAt(file, 'size');
    const sizeNote = size === undefined || size === 0 ? [] : [text(` (${sizeText(size)})`)];
    return paragraph([text('📎 '), address === undefined ? text(name) : link(address, name), ...sizeNote]);
  });
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

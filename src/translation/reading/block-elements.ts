import type { Block, Inline } from '../../domain/document.ts';
import { joined, lineOf, link, text } from '../nodes.ts';
import { fieldAt, isShape, type Shape, shapeAt, textAt } from './json-shape.ts';
import { readChoices } from './read-choices.ts';
import { readControl } from './read-controls.ts';
import type { Reading } from './reading.ts';
import { decodeEntities } from './slack-reference.ts';
import { readAddress, readLabel, readTextInlines } from './text-object.ts';

/** An element of a context, actions or input block, or the accessory of a section, as far as it can be read. */
export function readBlockElement(element: unknown, reading: Reading): readonly Inline[] {
  if (!isShape(element)) {
    return readTextInlines(element);
  }
  switch (textAt(element, 'type')) {
    case 'plain_text':
    case 'mrkdwn':
      return readTextInlines(element);
    case 'raw_text':
      return [text(decodeEntities(textAt(element, 'text') ?? ''))];
    case 'image':
      return readImage(element, reading);
    case 'url':
      return readLinkElement(element, reading);
    case 'radio_buttons':
    case 'checkboxes':
      reading.add('unsupported', textAt(element, 'type') ?? '');
      return joined(readChoices(element), '\n');
    default:
      return readControl(element, reading);
  }
}

/** Several elements in one line. */
export function readBlockElements(
  elements: readonly unknown[],
  separator: string,
  reading: Reading,
): readonly Inline[] {
  return joined(
    elements.map((element) => readBlockElement(element, reading)),
    separator,
  );
}

/** Several elements: those with options of their own stand on lines of their own, the others share one. */
export function readElementLines(elements: readonly unknown[], reading: Reading): readonly Block[] {
  const blocks: Block[] = [];
  let line: unknown[] = [];
  const endLine = () => {
    blocks.push(...lineOf(readBlockElements(line, ' · ', reading)));
    line = [];
  };
  for (const element of elements) {
    if (isChoice(element)) {
      endLine();
      blocks.push(...lineOf(readBlockElement(element, reading)));
    } else {
      line.push(element);
    }
  }
  endLine();
  return blocks;
}

/** Whether all options of an element are seen. */
export function isChoice(element: unknown): boolean {
  const type = isShape(element) ? textAt(element, 'type') : undefined;
  return type === 'radio_buttons' || type === 'checkboxes';
}

/** An image as a link to it, called by its title or its description. */
export function readImage(image: Shape, reading: Reading): readonly Inline[] {
  if (Object.keys(image).length === 0) {
    return [];
  }
  const file = shapeAt(image, 'slack_file');
  const address = readAddress(image, 'image_url') ?? readAddress(file, 'url');
  const label = readLabel(fieldAt(image, 'title'), reading) ?? readLabel(fieldAt(image, 'alt_text'), reading);
  if (address !== undefined) {
    return [link(address, label)];
  }
  reading.add('unsupported', 'image');
  return label === undefined ? [] : [text(label)];
}

function readLinkElement(element: Shape, reading: Reading): readonly Inline[] {
  const address = readAddress(element, 'url');
  return address === undefined
    ? readTextInlines(element)
    : [link(address, readLabel(fieldAt(element, 'text'), reading))];
}

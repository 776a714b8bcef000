import type { Inline } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { joined, link, text } from '../nodes.ts';
import { isShape, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readTextInlines } from './text-object.ts';

/** An element of a context, actions or input block, or the accessory of a section, as far as it can be read. */
export function readBlockElement(element: unknown, log: LossLog): readonly Inline[] {
  if (!isShape(element)) {
    return readTextInlines(element);
  }
  switch (textAt(element, 'type')) {
    case 'plain_text':
    case 'mrkdwn':
      return readTextInlines(element);
    case 'raw_text':
      return [text(textAt(element, 'text') ?? '')];
    case 'image':
      return readImage(element);
    case 'url':
      return readLinkElement(element);
    default:
      return readControl(element, log);
  }
}

/** Several elements in one line. */
export function readBlockElements(elements: readonly unknown[], separator: string, log: LossLog): readonly Inline[] {
  return joined(
    elements.map((element) => readBlockElement(element, log)),
    separator,
  );
}

/** An image as a link to it, called by its title or its description. */
export function readImage(image: Shape): readonly Inline[] {
  const address = textAt(image, 'image_url') ?? textAt(shapeAt(image, 'slack_file'), 'url');
  const label = textAt(shapeAt(image, 'title'), 'text') ?? textAt(image, 'title', 'alt_text');
  if (address !== undefined) {
    return [link(address, label)];
  }
  return label === undefined ? [] : [text(label)];
}

function readLinkElement(element: Shape): readonly Inline[] {
  const address = textAt(element, 'url');
  return address === undefined ? readTextInlines(element) : [link(address, textAt(element, 'text'))];
}

/** Buttons and menus do nothing in Bitrix24: a button with an address is a link, of others the text is left. */
function readControl(element: Shape, log: LossLog): readonly Inline[] {
  const address = textAt(element, 'url');
  const caption = shapeAt(element, 'text');
  if (address !== undefined) {
    return [link(address, textAt(caption, 'text') ?? textAt(element, 'text'))];
  }
  log.add('unsupported', textAt(element, 'type') ?? 'unknown');
  const chosen = [shapeAt(element, 'initial_option'), ...shapesAt(element, 'initial_options')];
  const typed = textAt(element, 'text', 'initial_value', 'initial_date', 'initial_time');
  return joined(
    [readTextInlines(typed ?? caption), ...chosen.map((option) => readTextInlines(shapeAt(option, 'text')))],
    ', ',
  );
}

import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Problems } from './problems.ts';

/**
 * Checks a rich_text block that an app sends (docs.slack.dev, Block Kit, rich text block; the keys: @slack/types).
 * Unknown containers, elements and keys are refused: slackapi/java-slack-sdk#1381 for `style`.
 */
export function checkRichText(problems: Problems, pointer: string, block: JsonObject): void {
  eachOf(problems, `${pointer}/elements`, block['elements'], (at, container) => {
    const keys = containers[String(container['type'])];
    if (keys === undefined) {
      problems.report(`${at}/type`, `unsupported type: ${String(container['type'])}`);
      return;
    }
    problems.onlyKeys(at, container, ['type', 'elements', ...keys]);
    checkBorder(problems, at, container);
    const isList = container['type'] === 'rich_text_list';
    if (isList && container['style'] !== 'bullet' && container['style'] !== 'ordered') {
      problems.report(`${at}/style`, 'must be bullet or ordered');
    }
    const isCode = container['type'] === 'rich_text_preformatted';
    eachOf(problems, `${at}/elements`, container['elements'], (inner, element) => {
      if (isList) {
        checkItem(problems, inner, element);
      } else {
        checkInline(problems, inner, element, isCode ? ['text', 'link'] : Object.keys(inlines));
      }
    });
  });
}

const containers: Readonly<Record<string, readonly string[]>> = {
  rich_text_section: [],
  rich_text_list: ['style', 'indent', 'offset', 'border'],
  rich_text_quote: ['border'],
  rich_text_preformatted: ['border', 'language'],
};

/** What an element must have, and what it may have beside `style`. */
const inlines: Readonly<Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>> = {
  text: { must: ['text'], may: [] },
  link: { must: ['url'], may: ['text', 'unsafe'] },
  user: { must: ['user_id'], may: [] },
  usergroup: { must: ['usergroup_id'], may: [] },
  channel: { must: ['channel_id'], may: [] },
  team: { must: ['team_id'], may: [] },
  broadcast: { must: ['range'], may: [] },
  emoji: { must: ['name'], may: ['unicode', 'url'] },
  color: { must: ['value'], may: [] },
  date: { must: ['timestamp', 'format'], may: ['url', 'fallback'] },
};

const styles = ['bold', 'italic', 'strike', 'underline', 'code'];

function checkItem(problems: Problems, pointer: string, item: JsonObject): void {
  if (item['type'] !== 'rich_text_section') {
    problems.report(`${pointer}/type`, 'must be rich_text_section');
    return;
  }
  eachOf(problems, `${pointer}/elements`, item['elements'], (at, element) =>
    checkInline(problems, at, element, Object.keys(inlines)),
  );
}

function checkInline(problems: Problems, pointer: string, element: JsonObject, allowed: readonly string[]): void {
  const type = String(element['type']);
  const rule = inlines[type];
  if (rule === undefined || !allowed.includes(type)) {
    problems.report(`${pointer}/type`, `unsupported type: ${type}`);
    return;
  }
  problems.onlyKeys(pointer, element, ['type', 'style', ...rule.must, ...rule.may]);
  for (const key of rule.must.filter((name) => name !== 'timestamp')) {
    problems.text(`${pointer}/${key}`, element[key], { max: Number.POSITIVE_INFINITY, required: true });
  }
  if (type === 'date' && !Number.isSafeInteger(element['timestamp'])) {
    problems.report(`${pointer}/timestamp`, 'must be an integer');
  }
  if (type === 'broadcast' && !['here', 'channel', 'everyone'].includes(String(element['range']))) {
    problems.report(`${pointer}/range`, 'must be here, channel or everyone');
  }
  const style = element['style'];
  if (isObject(style)) {
    problems.onlyKeys(`${pointer}/style`, style, styles);
  } else if (style !== undefined) {
    problems.report(`${pointer}/style`, 'must be an object');
  }
}

function checkBorder(problems: Problems, pointer: string, { border, indent }: JsonObject): void {
  if (![undefined, 0, 1].some((known) => known === border)) {
    problems.report(`${pointer}/border`, 'must be 0 or 1');
  }
  if (indent !== undefined && !(Number.isSafeInteger(indent) && Number(indent) >= 0 && Number(indent) <= 8)) {
    problems.report(`${pointer}/indent`, 'must be a number from 0 to 8');
  }
}

function eachOf(
  problems: Problems,
  pointer: string,
  list: Json | undefined,
  check: (pointer: string, item: JsonObject) => void,
): void {
  if (!Array.isArray(list)) {
    problems.report(pointer, 'missing required field');
    return;
  }
  list.forEach((item, index) => {
    if (isObject(item)) {
      check(`${pointer}/${index}`, item);
    } else {
      problems.report(`${pointer}/${index}`, 'must be an object');
    }
  });
}

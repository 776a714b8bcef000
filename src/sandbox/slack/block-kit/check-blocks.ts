import { isObject, type Json, type JsonObject, objectsAt } from '../json.ts';
import { checkElement, checkImage, type ElementPlace } from './check-elements.ts';
import { checkRichText } from './check-rich-text.ts';
import { checkTextObject } from './check-text.ts';
import type { Problems } from './problems.ts';

type Surface = 'modal' | 'home' | 'message';

type BlockRule = {
  readonly surfaces?: readonly Surface[];
  /** Absent: the block is known, and its properties are not looked at. */
  readonly keys?: readonly string[];
  readonly check?: (problems: Problems, pointer: string, block: JsonObject) => void;
};

/** Checks a list of blocks (docs.slack.dev, Block Kit blocks). Unknown block types are refused. */
export function checkBlocks(problems: Problems, pointer: string, blocks: Json | undefined, surface: Surface): void {
  if (!Array.isArray(blocks)) {
    problems.report(pointer, 'missing required field');
    return;
  }
  const max = surface === 'message' ? 50 : 100;
  if (blocks.length > max) {
    problems.report(pointer, `no more than ${max} items allowed`);
  }
  const ids = new Set<string>();
  blocks.forEach((block, index) => {
    const at = `${pointer}/${index}`;
    if (!isObject(block)) {
      problems.report(at, 'must be an object');
      return;
    }
    checkBlock(problems, at, block, surface);
    problems.once(`${at}/block_id`, ids, block['block_id']);
  });
}

function checkBlock(problems: Problems, pointer: string, block: JsonObject, surface: Surface): void {
  const type = block['type'];
  const rule = typeof type === 'string' ? blockRules[type] : undefined;
  if (rule === undefined || (rule.surfaces !== undefined && !rule.surfaces.includes(surface))) {
    problems.report(`${pointer}/type`, `unsupported type: ${String(type)} in ${surface}`);
    return;
  }
  problems.text(`${pointer}/block_id`, block['block_id'], { max: 255 });
  if (rule.keys !== undefined) {
    problems.onlyKeys(pointer, block, ['type', 'block_id', ...rule.keys]);
  }
  rule.check?.(problems, pointer, block);
}

const inMessages: BlockRule = { surfaces: ['message'] };

const blockRules: Record<string, BlockRule> = {
  section: { keys: ['text', 'fields', 'accessory', 'expand'], check: checkSection },
  divider: { keys: [] },
  header: {
    keys: ['text'],
    check: (problems, pointer, block) =>
      checkTextObject(problems, `${pointer}/text`, block['text'], { max: 150, plain: true, required: true }),
  },
  context: { keys: ['elements'], check: checkContext },
  actions: {
    keys: ['elements'],
    check: (problems, pointer, block) => checkElements(problems, pointer, block, { max: 25, place: 'actions' }),
  },
  context_actions: {
    surfaces: ['message'],
    keys: ['elements'],
    check: (problems, pointer, block) => checkElements(problems, pointer, block, { max: 5, place: 'context_actions' }),
  },
  image: {
    keys: ['image_url', 'slack_file', 'alt_text', 'title'],
    check(problems, pointer, block) {
      checkImage(problems, pointer, block);
      checkTextObject(problems, `${pointer}/title`, block['title'], { max: 2000, plain: true });
    },
  },
  input: { keys: ['label', 'element', 'hint', 'optional', 'dispatch_action'], check: checkInput },
  rich_text: { keys: ['elements'], check: checkRichText },
  video: {
    keys: [
      'alt_text',
      'title',
      'thumbnail_url',
      'video_url',
      'author_name',
      'description',
      'provider_name',
      'provider_icon_url',
      'title_url',
    ],
    check: (problems, pointer, block) =>
      problems.text(`${pointer}/alt_text`, block['alt_text'], { max: 2000, required: true }),
  },
  markdown: {
    surfaces: ['message'],
    keys: ['text'],
    check: (problems, pointer, block) =>
      problems.text(`${pointer}/text`, block['text'], { max: 12_000, required: true }),
  },
  file: inMessages,
  table: inMessages,
  // Windows only, and short. Source: docs.slack.dev, alert block; the keys: @slack/types, `AlertBlock`.
  alert: { surfaces: ['modal'], keys: ['text', 'level'], check: checkAlert },
  card: inMessages,
  carousel: inMessages,
  container: inMessages,
  data_table: inMessages,
  data_visualization: inMessages,
  plan: inMessages,
  task_card: inMessages,
};

function checkSection(problems: Problems, pointer: string, block: JsonObject): void {
  const fields = block['fields'];
  if (block['text'] === undefined && fields === undefined) {
    problems.report(pointer, 'must have text or fields');
  }
  checkTextObject(problems, `${pointer}/text`, block['text'], { max: 3000 });
  if (fields !== undefined) {
    if (!Array.isArray(fields) || fields.length < 1 || fields.length > 10) {
      problems.report(`${pointer}/fields`, 'must be a list of 1 to 10 text objects');
    } else {
      fields.forEach((field, index) => {
        checkTextObject(problems, `${pointer}/fields/${index}`, field, { max: 2000, required: true });
      });
    }
  }
  const accessory = block['accessory'];
  if (isObject(accessory)) {
    checkElement(problems, `${pointer}/accessory`, accessory, 'accessory');
  }
}

const alertLevels = ['default', 'info', 'warning', 'error', 'success', undefined];

function checkAlert(problems: Problems, pointer: string, block: JsonObject): void {
  checkTextObject(problems, `${pointer}/text`, block['text'], { max: 200, required: true });
  const { level } = block;
  if (!alertLevels.some((known) => known === level)) {
    problems.report(`${pointer}/level`, `must be one of ${alertLevels.slice(0, -1).join(', ')}`);
  }
}

function checkContext(problems: Problems, pointer: string, block: JsonObject): void {
  const elements = objectsAt(block, 'elements');
  if (elements.length < 1 || elements.length > 10) {
    problems.report(`${pointer}/elements`, 'must be a list of 1 to 10 elements');
  }
  elements.forEach((element, index) => {
    const at = `${pointer}/elements/${index}`;
    if (element['type'] === 'image') {
      checkElement(problems, at, element, 'context');
    } else {
      checkTextObject(problems, at, element, { max: 3000, required: true });
    }
  });
}

function checkElements(
  problems: Problems,
  pointer: string,
  block: JsonObject,
  rule: { max: number; place: ElementPlace },
): void {
  const elements = objectsAt(block, 'elements');
  if (elements.length < 1 || elements.length > rule.max) {
    problems.report(`${pointer}/elements`, `must be a list of 1 to ${rule.max} elements`);
  }
  const ids = new Set<string>();
  elements.forEach((element, index) => {
    const at = `${pointer}/elements/${index}`;
    checkElement(problems, at, element, rule.place);
    problems.once(`${at}/action_id`, ids, element['action_id']);
  });
}

function checkInput(problems: Problems, pointer: string, block: JsonObject): void {
  checkTextObject(problems, `${pointer}/label`, block['label'], { max: 2000, plain: true, required: true });
  checkTextObject(problems, `${pointer}/hint`, block['hint'], { max: 2000, plain: true });
  const element = block['element'];
  if (isObject(element)) {
    checkElement(problems, `${pointer}/element`, element, 'input');
  } else {
    problems.report(`${pointer}/element`, 'missing required field');
  }
}

import { isObject, type JsonObject, objectAt, objectsAt } from '../json.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkTextObject } from './check-text.ts';
import { createProblems, type Problems } from './problems.ts';

const modalKeys = [
  'type',
  'title',
  'blocks',
  'close',
  'submit',
  'submit_disabled',
  'private_metadata',
  'callback_id',
  'clear_on_close',
  'notify_on_close',
  'external_id',
];
const homeKeys = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];

/** Slack refuses bigger views with `view_too_large` (views.open, error list). */
export const maxViewBytes = 250_000;

/**
 * What Slack would refuse in a modal or a home view, one line each; empty when it is fine. Limits: docs.slack.dev,
 * Block Kit views, blocks, elements and composition objects.
 */
export function findViewProblems(view: JsonObject): string[] {
  const problems = createProblems();
  const type = view['type'];
  if (type !== 'modal' && type !== 'home') {
    problems.report('/view/type', 'must be modal or home');
    return problems.messages;
  }
  problems.onlyKeys('/view', view, type === 'modal' ? modalKeys : homeKeys);
  problems.text('/view/private_metadata', view['private_metadata'], { max: 3000, min: 0 });
  problems.text('/view/callback_id', view['callback_id'], { max: 255, min: 0 });
  problems.text('/view/external_id', view['external_id'], { max: 255, min: 0 });
  if (type === 'modal') {
    checkTextObject(problems, '/view/title', view['title'], { max: 24, plain: true, required: true });
    checkTextObject(problems, '/view/submit', view['submit'], { max: 24, plain: true });
    checkTextObject(problems, '/view/close', view['close'], { max: 24, plain: true });
    if (view['submit'] === undefined && objectsAt(view, 'blocks').some((b) => b['type'] === 'input')) {
      problems.report('/view/submit', 'submit is required when an input block is present');
    }
  }
  checkBlocks(problems, '/view/blocks', view['blocks'], type);
  checkFocus(problems, view);
  checkFileInputs(problems, view);
  return problems.messages;
}

/** What Slack would refuse in a message's blocks; empty when it is fine. */
export function findMessageProblems(message: JsonObject): string[] {
  const problems = createProblems();
  if (message['blocks'] !== undefined) {
    checkBlocks(problems, '/blocks', message['blocks'], 'message');
    const markdown = objectsAt(message, 'blocks').filter((b) => b['type'] === 'markdown');
    if (markdown.map((b) => String(b['text'])).join('').length > 12_000) {
      problems.report('/blocks', 'markdown blocks together must be less than 12001 characters');
    }
  }
  return problems.messages;
}

/** Source: docs.slack.dev, file input element: modals only. */
function checkFileInputs(problems: Problems, view: JsonObject): void {
  const isInput = (block: JsonObject) => objectAt(block, 'element')['type'] === 'file_input';
  if (view['type'] === 'home' && objectsAt(view, 'blocks').some(isInput)) {
    problems.report('/view/blocks', 'unsupported type: file_input in home');
  }
}

function checkFocus(problems: Problems, view: JsonObject): void {
  const focused = objectsAt(view, 'blocks')
    .flatMap((block) => [objectAt(block, 'element'), objectAt(block, 'accessory'), ...objectsAt(block, 'elements')])
    .filter((element) => isObject(element) && element['focus_on_load'] === true);
  if (focused.length > 1) {
    problems.report('/view/blocks', 'only one element can have focus_on_load set to true');
  }
}

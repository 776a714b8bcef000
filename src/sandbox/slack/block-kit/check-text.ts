import { isObject, type Json, type JsonObject } from '../json.ts';
import { createProblems, type Problems } from './problems.ts';

/** Limits of a text object. */
type TextRule = {
  readonly max: number;
  /** Forbids mrkdwn. */
  readonly plain?: boolean;
  readonly required?: boolean;
};

/** Checks a text object (docs.slack.dev, Block Kit composition objects). */
export function checkTextObject(problems: Problems, pointer: string, value: Json | undefined, rule: TextRule): void {
  if (value === undefined || value === null) {
    if (rule.required === true) {
      problems.report(pointer, 'missing required field');
    }
    return;
  }
  if (!isObject(value)) {
    problems.report(pointer, 'must be a text object');
    return;
  }
  const type = value['type'];
  if (type === 'plain_text') {
    problems.onlyKeys(pointer, value, ['type', 'text', 'emoji']);
  } else if (type === 'mrkdwn' && rule.plain !== true) {
    problems.onlyKeys(pointer, value, ['type', 'text', 'verbatim']);
  } else {
    problems.report(`${pointer}/type`, rule.plain === true ? 'must be plain_text' : 'must be plain_text or mrkdwn');
  }
  problems.text(`${pointer}/text`, value['text'], { max: rule.max, required: true });
}

/** Checks the dialog that asks "are you sure". */
export function checkConfirm(problems: Problems, pointer: string, value: Json | undefined): void {
  if (value === undefined) {
    return;
  }
  if (!isObject(value)) {
    problems.report(pointer, 'must be an object');
    return;
  }
  problems.onlyKeys(pointer, value, ['title', 'text', 'confirm', 'deny', 'style']);
  checkTextObject(problems, `${pointer}/title`, value['title'], { max: 100, plain: true, required: true });
  checkTextObject(problems, `${pointer}/text`, value['text'], { max: 300, required: true });
  checkTextObject(problems, `${pointer}/confirm`, value['confirm'], { max: 30, plain: true, required: true });
  checkTextObject(problems, `${pointer}/deny`, value['deny'], { max: 30, plain: true, required: true });
}

/** Limits of a list of options: how many, and whether their text may be mrkdwn. */
type OptionsRule = {
  readonly max: number;
  readonly mrkdwn?: boolean;
  readonly url?: boolean;
  /** Suggestions may be an empty list; the options of an element may not. */
  readonly mayBeEmpty?: boolean;
};

/** Checks a list of options. */
export function checkOptions(problems: Problems, pointer: string, value: Json | undefined, rule: OptionsRule): void {
  if (!Array.isArray(value)) {
    problems.report(pointer, 'must be a list of options');
    return;
  }
  if (value.length > rule.max) {
    problems.report(pointer, `no more than ${rule.max} items allowed`);
  }
  if (value.length === 0 && rule.mayBeEmpty !== true) {
    problems.report(pointer, 'no fewer than 1 items allowed');
  }
  const values = new Set<string>();
  value.forEach((option, index) => {
    checkOption(problems, `${pointer}/${index}`, option, rule);
    if (isObject(option)) {
      problems.once(`${pointer}/${index}/value`, values, option['value']);
    }
  });
}

/** Checks one option. */
export function checkOption(problems: Problems, pointer: string, option: Json | undefined, rule: OptionsRule): void {
  if (!isObject(option)) {
    problems.report(pointer, 'must be an option object');
    return;
  }
  const keys = ['text', 'value', 'description', ...(rule.url === true ? ['url'] : [])];
  problems.onlyKeys(pointer, option, keys);
  const plain = rule.mrkdwn !== true;
  checkTextObject(problems, `${pointer}/text`, option['text'], { max: 75, plain, required: true });
  problems.text(`${pointer}/value`, option['value'], { max: 150, required: true });
  checkTextObject(problems, `${pointer}/description`, option['description'], { max: 75, plain });
  problems.text(`${pointer}/url`, option['url'], { max: 3000 });
}

/** Checks a list of option groups. */
export function checkOptionGroups(
  problems: Problems,
  pointer: string,
  value: Json | undefined,
  mayBeEmpty = false,
): void {
  if (!Array.isArray(value) || value.length > 100 || (value.length === 0 && !mayBeEmpty)) {
    problems.report(pointer, 'must be a list of 1 to 100 option groups');
    return;
  }
  value.forEach((group, index) => {
    const at = `${pointer}/${index}`;
    if (!isObject(group)) {
      problems.report(at, 'must be an option group');
      return;
    }
    problems.onlyKeys(at, group, ['label', 'options']);
    checkTextObject(problems, `${at}/label`, group['label'], { max: 75, plain: true, required: true });
    checkOptions(problems, `${at}/options`, group['options'], { max: 100 });
  });
}

/** What Slack would refuse in an answer to `block_suggestion`. */
export function findSuggestionProblems(answer: JsonObject): string[] {
  const problems = createProblems();
  problems.onlyKeys('', answer, ['options', 'option_groups']);
  if (answer['option_groups'] !== undefined) {
    checkOptionGroups(problems, '/option_groups', answer['option_groups'], true);
  } else {
    checkOptions(problems, '/options', answer['options'], { max: 100, mayBeEmpty: true });
  }
  return problems.messages;
}

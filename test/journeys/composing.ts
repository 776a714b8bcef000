import { expect } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { objectAt, objectsAt, textAt } from '../../src/sandbox/slack/json.ts';
import type { SandboxSlack } from '../../src/sandbox/slack/slack.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { type Harness, openHarness, type Setup } from '../support/harness.ts';

/** The callback id of the message shortcut. */
export const shortcut = 'send_to_b24task';

/** Opens a harness; what its Slack would have refused fails the test through `expectNothingRefused`. */
export function openJourney(setup: Setup, options: SandboxOptions = {}): Promise<Harness> {
  return openHarness(setup.engine, { mode: setup.mode, ...options });
}

/** Whatever the app showed or asked, Slack would have taken: no limit was broken, and no scope was missing. */
export function expectNothingRefused({ slack }: { readonly slack: SandboxSlack }): void {
  expect(slack.complaints).toEqual([]);
  const mistakes = ['invalid_arguments', 'invalid_blocks', 'missing_scope', 'unknown_method', 'view_too_large'];
  expect(slack.calls.filter(({ error }) => mistakes.includes(error ?? ''))).toEqual([]);
}

/** Waits until the form is filled in. */
export function formOf(person: SandboxPerson): Promise<OpenView> {
  return person.waitForView(({ content }) => textAt(content, 'callback_id') === 'b24task.compose');
}

/** Everything that can be read in a view. */
export function wordsOf(view: OpenView): string {
  return JSON.stringify(view.content);
}

/** What the search field suggests: the label of each group with the values and texts of its options. */
export async function suggestionsOf(person: SandboxPerson, query = '') {
  const answer = await person.suggest('task', query);
  expect(answer).toMatchObject({ status: 200, timedOut: false });
  return objectsAt(answer.json, 'option_groups').map((group) => ({
    label: textAt(objectAt(group, 'label'), 'text'),
    values: objectsAt(group, 'options').map((option) => textAt(option, 'value')),
    texts: objectsAt(group, 'options').map((option) => textAt(objectAt(option, 'text'), 'text')),
  }));
}

/** Chooses a task that the search field offers for its number, fills in the rest, and submits. */
export async function sendTo(person: SandboxPerson, task: number, fields: Record<string, string> = {}) {
  await person.suggest('task', String(task));
  return person.submit({ task: String(task), ...fields });
}

/** Waits for the reply about a delivered message. */
export function sentReply(person: SandboxPerson, after?: number) {
  return person.waitFor(({ text }) => /^(?:Sent|Отправлено в)/.test(text), after === undefined ? {} : { after });
}

import { findMessageProblems, findViewProblems } from '../block-kit/check-surfaces.ts';
import { isObject, type JsonObject, objectAt, objectsAt, parseJson, textAt } from '../json.ts';
import type { Answer } from '../sending/delivery.ts';
import type { Channel } from '../state/directory.ts';
import { contentOf } from '../state/messages.ts';
import type { OpenView } from '../state/views.ts';
import type { InteractionContext } from './payloads.ts';

/** What a person sees when a slash command has been acknowledged, or has not. */
export function settleCommand(context: InteractionContext, channel: Channel, command: string, answer: Answer): void {
  const { state, team, person } = context;
  if (answer.status !== 200) {
    const reason = answer.timedOut ? 'operation_timeout' : 'dispatch_failed';
    tellByPlatform(context, channel, `${command} failed with the error "${reason}"`);
    return;
  }
  const message: JsonObject = isJson(answer) ? answer.json : { text: answer.body };
  if (textAt(message, 'text') === '' && objectsAt(message, 'blocks').length === 0) {
    return;
  }
  const problems = findMessageProblems(message);
  if (problems.length > 0) {
    state.complaints.push(...problems.map((problem) => `${command} acknowledged with: ${problem}`));
    tellByPlatform(context, channel, `${command} failed with the error "invalid_blocks"`);
    return;
  }
  state.messages.add({
    teamId: team.id,
    channel: channel.id,
    ephemeralTo: message['response_type'] === 'in_channel' ? null : person.id,
    via: 'ack',
    message: { ...contentOf(message), user: team.botUserId, bot_id: team.botId },
  });
}

/** A shortcut or a button that was not acknowledged shows a warning to the person. */
export function settleInteraction(context: InteractionContext, channel: Channel | undefined, answer: Answer): void {
  if (answer.status !== 200 && channel !== undefined) {
    tellByPlatform(context, channel, `${context.state.app.name} did not respond. Try again?`);
  }
}

/** What Slack's client says where a submission did not work. */
export const troubleConnecting = 'We had some trouble connecting. Try again?';

/** What a submission led to. `failed`: Slack shows its own "we had some trouble connecting". */
export type SubmissionOutcome = 'closed' | 'errors' | 'updated' | 'pushed' | 'cleared' | 'failed';

/** Applies the answer to `view_submission` to the person's screen. */
export function settleSubmission(context: InteractionContext, view: OpenView, answer: Answer): SubmissionOutcome {
  const { views } = context.state;
  if (answer.status !== 200) {
    views.showErrors(view, { '': troubleConnecting });
    return 'failed';
  }
  const action = answer.json['response_action'];
  switch (action) {
    case undefined:
      views.close(view);
      return 'closed';
    case 'clear':
      views.closeAll(view.userId);
      return 'cleared';
    case 'errors':
      return showErrors(context, view, objectAt(answer.json, 'errors'));
    case 'update':
    case 'push':
      return showView(context, view, action, objectAt(answer.json, 'view'));
    default:
      return complain(context, view, `unknown response_action: ${String(action)}`);
  }
}

function showErrors(context: InteractionContext, view: OpenView, errors: JsonObject): SubmissionOutcome {
  const inputs = view.blocks.filter((block) => block['type'] === 'input').map((block) => textAt(block, 'block_id'));
  const stray = Object.keys(errors).filter((blockId) => !inputs.includes(blockId));
  if (stray.length > 0 || Object.keys(errors).length === 0) {
    return complain(context, view, `errors for blocks that are not inputs: ${stray.join(', ')}`);
  }
  const texts = Object.entries(errors).map(([blockId, text]): [string, string] => [blockId, String(text)]);
  context.state.views.showErrors(view, Object.fromEntries(texts));
  return 'errors';
}

function showView(
  context: InteractionContext,
  view: OpenView,
  action: 'update' | 'push',
  content: JsonObject,
): SubmissionOutcome {
  const { views } = context.state;
  const [problem] = findViewProblems(content);
  if (problem !== undefined) {
    return complain(context, view, problem);
  }
  if (action === 'update') {
    views.update(view, content);
    return 'updated';
  }
  return views.push(context.team, view.userId, content) ? 'pushed' : complain(context, view, 'push_limit_reached');
}

function complain(context: InteractionContext, view: OpenView, problem: string): SubmissionOutcome {
  context.state.complaints.push(`view_submission answered with: ${problem}`);
  context.state.views.showErrors(view, { '': 'We had some trouble connecting. Try again?' });
  return 'failed';
}

function tellByPlatform({ state, team, person }: InteractionContext, channel: Channel, text: string): void {
  state.messages.add({
    teamId: team.id,
    channel: channel.id,
    ephemeralTo: person.id,
    via: 'slack',
    message: { text, user: 'USLACKBOT' },
  });
}

function isJson(answer: Answer): boolean {
  return isObject(parseJson(answer.body));
}

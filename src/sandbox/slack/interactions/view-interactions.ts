import { elementsOf } from '../block-kit/block-state.ts';
import { objectAt, textAt } from '../json.ts';
import { notSent } from '../sending/delivery.ts';
import type { OpenView } from '../state/views.ts';
import { type SubmissionOutcome, settleSubmission, troubleConnecting } from './acknowledge.ts';
import { findClientProblems, findElement } from './enter-values.ts';
import {
  closedPayload,
  type InteractionContext,
  responseUrl,
  submissionPayload,
  type ViewResponseUrl,
} from './payloads.ts';
import type { InteractionDeps, SandboxPerson } from './sandbox-person.ts';

type ViewInteractions = Pick<SandboxPerson, 'submit' | 'closeView'>;

/** Submitting and closing modals. */
export function createViewInteractions({ context, send, screen }: InteractionDeps): ViewInteractions {
  const { person, state } = context;
  const { views } = state;
  return {
    async submit(values = {}, options = {}) {
      const view = options.view ?? views.stack(person.id).at(-1);
      if (view === undefined) {
        throw new Error(`${person.name} has no modal open`);
      }
      for (const [key, given] of Object.entries(values)) {
        const placed = findElement(view.blocks, key);
        if (placed === undefined) {
          throw new Error(`The modal has no field "${key}". ${screen.describe([view])}`);
        }
        screen.enter(view, placed, given ?? null);
      }
      const problems = options.force === true ? {} : findClientProblems(view.blocks, view.values);
      if (Object.keys(problems).length > 0) {
        views.showErrors(view, problems);
        return { ...notSent('Slack refuses to submit'), outcome: 'blocked', errors: problems };
      }
      if (state.clients.refusesUntouchedMentions && options.force !== true && hasUntouchedMention(view)) {
        views.showErrors(view, { '': troubleConnecting });
        return { ...notSent('Slack refuses what its own client sent'), outcome: 'failed', errors: view.errors };
      }
      const outcomes: SubmissionOutcome[] = [];
      const answer = await send('interactive', submissionPayload(context, view, askedUrls(context, view)), (given) => {
        outcomes.push(settleSubmission(context, view, given));
      });
      const outcome = outcomes.at(-1) ?? 'failed';
      return { ...answer, outcome, errors: outcome === 'errors' || outcome === 'failed' ? view.errors : {} };
    },

    async closeView(options = {}) {
      const view = views.stack(person.id).at(-1);
      if (view === undefined) {
        return undefined;
      }
      const isCleared = options.all === true || view.content['clear_on_close'] === true;
      const payload = closedPayload(context, view, isCleared);
      if (isCleared) {
        views.closeAll(person.id);
      } else {
        views.close(view);
      }
      return view.content['notify_on_close'] === true ? await send('interactive', payload) : undefined;
    },
  };
}

/** A field that still holds a mention that it began with, as it began. */
function hasUntouchedMention(view: OpenView): boolean {
  return elementsOf(view.blocks).some(({ element, blockId, actionId }) => {
    const value = objectAt(objectAt(view.values, blockId), actionId)['rich_text_value'];
    const held = JSON.stringify(value ?? null);
    return /"(?:user|channel)_id"/.test(held) && held === JSON.stringify(element['initial_value']);
  });
}

/** `response_urls` of a submission: one for every select with `response_url_enabled`. */
function askedUrls(context: InteractionContext, view: OpenView): ViewResponseUrl[] {
  return elementsOf(view.blocks).flatMap(({ element, blockId, actionId, type }) => {
    const entry = objectAt(objectAt(view.values, blockId), actionId);
    const id = textAt(entry, 'selected_conversation') || textAt(entry, 'selected_channel');
    if (element['response_url_enabled'] !== true || id === '' || type === '') {
      return [];
    }
    const channel = context.state.directory.channel(id);
    const url = responseUrl(context, channel, 'actions');
    return [{ block_id: blockId, action_id: actionId, channel_id: id, response_url: url }];
  });
}

import { findSuggestionProblems } from '../block-kit/check-text.ts';
import { type JsonObject, objectsAt } from '../json.ts';
import { type Answer, notSent } from '../sending/delivery.ts';
import { settleInteraction } from './acknowledge.ts';
import { entryOf } from './enter-values.ts';
import { messageActionsPayload, suggestionPayload, viewActionPayload } from './payloads.ts';
import type { InteractionDeps, SandboxPerson } from './sandbox-person.ts';
import { type Host, isView } from './screen.ts';

type BlockInteractions = Pick<SandboxPerson, 'click' | 'select' | 'suggest'>;

/** Pressing, choosing and searching in messages and views. */
export function createBlockInteractions({ context, send, screen }: InteractionDeps): BlockInteractions {
  const { state } = context;
  const act = (host: Host, action: JsonObject): Promise<Answer> => {
    if (isView(host)) {
      return send('interactive', viewActionPayload(context, host, action));
    }
    const channel = state.directory.channel(host.channel);
    return send('interactive', messageActionsPayload(context, channel, host, action), (answer) =>
      settleInteraction(context, channel, answer),
    );
  };
  return {
    async click(target, options = {}) {
      const { host, placed } = screen.place(target, options.on);
      const { element } = placed;
      const chosen = entryOf(element, options.option ?? target);
      const kept = ['text', 'value', 'style', 'url'].filter((key) => element[key] !== undefined);
      return act(host, {
        type: placed.type,
        action_id: placed.actionId,
        block_id: placed.blockId,
        ...Object.fromEntries(kept.map((key) => [key, element[key]])),
        ...(chosen ? { selected_option: chosen } : {}),
      });
    },

    async select(target, given, options = {}) {
      const { host, placed } = screen.place(target, options.on);
      const value = screen.enter(host, placed, given);
      if (placed.block['type'] === 'input' && placed.block['dispatch_action'] !== true) {
        return notSent('Slack keeps this value until the view is submitted');
      }
      return act(host, { ...value, action_id: placed.actionId, block_id: placed.blockId });
    },

    async suggest(target, query, options = {}) {
      const { host, placed } = screen.place(target, options.on);
      const min = Number(placed.element['min_query_length'] ?? 3);
      if (query.length < min) {
        return { ...notSent(`Slack asks for options from ${min} characters on`), options: [] };
      }
      const answer = await send('interactive', suggestionPayload(context, placed, query, host));
      const groups = objectsAt(answer.json, 'option_groups').flatMap((group) => objectsAt(group, 'options'));
      const found = [...objectsAt(answer.json, 'options'), ...groups];
      if (answer.status === 200) {
        state.complaints.push(...findSuggestionProblems(answer.json).map((p) => `block_suggestion answered: ${p}`));
      }
      screen.rememberSuggestions(placed.actionId, found);
      return { ...answer, options: found };
    },
  };
}

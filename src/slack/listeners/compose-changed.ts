import { answerPress } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { type Form, readForm } from '../composing/form-state.ts';
import { showIn, showLater } from '../composing/open-composer.ts';
import { formWithThread } from '../composing/thread-in-form.ts';
import type { BlockAction } from '../receiving/interaction.ts';
import type { Listener } from './dispatch.ts';

/** The listener of changes in the open form that its preview depends on. What was entered stays as it is. */
export function onComposeChanged(deps: ListenerDeps): Listener<BlockAction> {
  return ({ actor, view }, ack) =>
    answerPress(deps.runner, {
      actor,
      ack,
      sends: false,
      work: async (context) => {
        if (view) {
          await renew(deps, context, readForm(view));
        }
        return undefined;
      },
    });
}

/** A form whose draft is gone, or whose person has unlinked, stays as it is: submitting it says so. */
async function renew(deps: ListenerDeps, context: InteractionContext, form: Form): Promise<void> {
  const { viewId, hash, reference, chosen, words } = form;
  const { person } = context.actor;
  const [draft, identity] = await Promise.all([deps.drafts.find(person, reference.draft), deps.linking.find(person)]);
  if (!draft || !identity) {
    return;
  }
  const { view, later } = await formWithThread(deps, context, { reference, draft, identity }, { chosen, words });
  const shown = await showIn(deps, context, { viewId, hash }, view);
  const goingOn = deps.runner.run(() => showLater(deps, context, shown, later));
  goingOn.catch((error: unknown) => deps.log.error({ error }, 'a thread could not be shown in its form'));
}

import { answerPress } from '../answering/answer-press.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import { type Form, readForm } from '../composing/form-state.ts';
import { showIn } from '../composing/open-composer.ts';
import { showComposer } from '../composing/show-composer.ts';
import type { BlockAction } from '../receiving/interaction.ts';
import type { Listener } from './dispatch.ts';

/** The listener of changes in the open form that its preview depends on. What was entered stays as it is. */
export function onComposeChanged(tools: Toolbox): Listener<BlockAction> {
  return ({ actor, view }, ack) =>
    answerPress(tools.frame, {
      actor,
      ack,
      sends: false,
      work: async (scene) => {
        if (view) {
          await renew(tools, scene, readForm(view));
        }
        return undefined;
      },
    });
}

/** A form whose draft is gone, or whose person has unlinked, stays as it is: submitting it says so. */
async function renew(tools: Toolbox, scene: Scene, form: Form): Promise<void> {
  const { viewId, hash, reference, chosen, words } = form;
  const { person } = scene.actor;
  const [draft, identity] = await Promise.all([tools.drafts.find(person, reference.draft), tools.linking.find(person)]);
  if (!draft || !identity) {
    return;
  }
  const view = await showComposer(tools, scene, { reference, draft, identity }, { chosen, words });
  await showIn(tools, scene, { viewId, hash }, view);
}

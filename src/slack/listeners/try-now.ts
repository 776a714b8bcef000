import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { actions, button, message } from '../views/blocks.ts';
import { describeFailure } from '../views/describe-failure.ts';

/**
 * Looks at once whether the person's link works, and says what came of it. What it lets go on gets replies of its own.
 */
export async function tryNow({ tryLink }: ListenerDeps, { actor, texts }: InteractionContext): Promise<PressAnswer> {
  const { buttons, linking, replies } = texts;
  const looked = await tryLink(actor.person);
  switch (looked.kind) {
    case 'works':
      return { message: message(replies.linkWorks(looked.released)), replace: false };
    case 'not': {
      const { happened, step } = describeFailure(looked.failure, { portal: looked.portal }, texts, 'doctor');
      return { message: message(replies.linkWorksNot(`${happened} ${step}`)), replace: false };
    }
    case 'not-linked': {
      const link = actions(button(buttons.link, { kind: 'link' }, { style: 'primary' }));
      return { message: message(linking.notLinked, link), replace: false };
    }
  }
}

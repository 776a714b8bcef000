import { within } from '../../domain/clock.ts';
import type { Actor } from '../receiving/actor.ts';
import { type Message, message } from '../views/blocks.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import type { Ack, Frame, Scene } from './interaction-runner.ts';

/**
 * What a pressed button leads to. `replace`: it takes the place of the message with the button. `shownAtHome`: the Home
 * tab, published anew, tells the same, so that nothing is said to who pressed it there.
 */
export type PressAnswer = { readonly message: Message; readonly replace: boolean; readonly shownAtHome?: true };

/** A pressed button or shortcut at work. `sends`: as for a command. */
export type PressCall = {
  readonly actor: Actor;
  readonly ack: Ack<never>;
  readonly sends: boolean;
  readonly work: (scene: Scene) => Promise<PressAnswer | undefined>;
};

const withinMs = 10_000;

/** Works on a pressed button: acknowledged at once, answered by a message. */
export function answerPress(frame: Frame, { actor, ack, sends, work }: PressCall): Promise<void> {
  return frame.run(async () => {
    const scene = frame.sceneOf(actor);
    await frame.acknowledge(scene, ack);
    const refused = (_: Scene, words: string): PressAnswer | undefined => ({ message: message(words), replace: false });
    const admitted = frame.admitted(scene, work, refused);
    const answered = frame.unbroken<PressAnswer | undefined>(admitted, async (reference) => {
      const { commands } = (await scene).texts;
      const text = commands[sends ? 'broken' : 'brokenOther'](mrkdwn.text(reference));
      return { message: message(text), replace: false };
    });
    const answer = answered.finally(() => frame.changed(actor.person));
    const timely = await within(frame.clock, withinMs, answer, () => 'late');
    if (timely === 'late') {
      const { commands } = (await scene).texts;
      await frame.tell(await scene, message(sends ? commands.late : commands.lateOther));
    }
    const result = await answer;
    if (result && !(actor.atHome && result.shownAtHome)) {
      await frame.tell(await scene, result.message, result.replace);
    }
  });
}

import { within } from '../../domain/clock.ts';
import type { Actor } from '../receiving/actor.ts';
import { type Message, message } from '../views/blocks.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { type Ack, acknowledgeWithinMs, type Frame, type Scene } from './interaction-runner.ts';

/** A command at work. `sends`: it is to send a message, so its answers must say whether that went out. */
export type CommandCall = {
  readonly actor: Actor;
  readonly ack: Ack<Message>;
  readonly sends: boolean;
  readonly work: (scene: Scene) => Promise<Message | undefined>;
};

/** Works on a command: its answer is the acknowledgement when it comes in time, else a message of its own. */
export function answerCommand(frame: Frame, { actor, ack, sends, work }: CommandCall): Promise<void> {
  return frame.run(async () => {
    const scene = frame.sceneOf(actor);
    const admitted = frame.admitted(scene, work, (_, words) => message(words));
    const answered = frame.unbroken(admitted, async (reference) => {
      const { commands } = (await scene).texts;
      return message(commands[sends ? 'broken' : 'brokenOther'](mrkdwn.text(reference)));
    });
    const answer = answered.finally(() => frame.changed(actor.person));
    const timely = await within(frame.clock, acknowledgeWithinMs, answer, () => 'late');
    if (timely !== 'late') {
      return frame.acknowledge(scene, ack, timely);
    }
    const { commands } = (await scene).texts;
    await frame.acknowledge(scene, ack, message(sends ? commands.late : commands.lateOther));
    const late = await answer;
    if (late) {
      await frame.tell(await scene, late);
    }
  });
}

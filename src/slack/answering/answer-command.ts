import { within } from '../../domain/clock.ts';
import type { Document } from '../../domain/document.ts';
import type { Actor } from '../receiving/actor.ts';
import { type Message, message } from '../views/blocks.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { typedBlocks } from '../views/typed-blocks.ts';
import {
  type Ack,
  acknowledgeWithinMs,
  type InteractionContext,
  type InteractionRunner,
} from './interaction-runner.ts';

/** A command that is being answered. */
export type CommandCall = {
  readonly actor: Actor;
  readonly ack: Ack<Message>;
  /** It is to send a message, so its answers must say whether that went out. */
  readonly sends: boolean;
  /** It only tells, also where Slack does not say who somebody is. */
  readonly helps: boolean;
  /** What they typed, where an answer that does not take it has to give it back. */
  readonly typed: () => Document | undefined;
  readonly work: (context: InteractionContext) => Promise<Message | undefined>;
};

/** Works on a command: its answer is the acknowledgement when it comes in time, else a message of its own. */
export function answerCommand(
  runner: InteractionRunner,
  { actor, ack, sends, helps, typed, work }: CommandCall,
): Promise<void> {
  return runner.run(async () => {
    const context = runner.contextOf(actor);
    const allowed = runner.allowed(
      context,
      work,
      ({ texts }, words) => message(words, ...typedBlocks(typed(), texts)),
      helps,
    );
    const answered = runner.unbroken(allowed, async (reference) => {
      const { texts } = await context;
      const said = texts.commands[sends ? 'broken' : 'brokenOther'](mrkdwn.text(reference));
      return message(said, ...typedBlocks(typed(), texts));
    });
    const answer = answered.finally(() => runner.changed(actor.person));
    const timely = await within(runner.clock, acknowledgeWithinMs, answer, () => 'late');
    if (timely !== 'late') {
      return runner.acknowledge(context, ack, timely);
    }
    const { commands } = (await context).texts;
    await runner.acknowledge(context, ack, message(sends ? commands.late : commands.lateOther));
    const late = await answer;
    if (late) {
      await runner.notify(await context, late);
    }
  });
}

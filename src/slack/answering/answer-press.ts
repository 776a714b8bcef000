import { within } from '../../domain/clock.ts';
import type { Actor } from '../receiving/actor.ts';
import { type Message, message } from '../views/blocks.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import type { Ack, InteractionContext, InteractionRunner } from './interaction-runner.ts';

/** What a pressed button leads to. */
export type PressAnswer = {
  readonly message: Message;
  /** It takes the place of the message with the button. */
  readonly replace: boolean;
  /** The Home tab, published anew, tells the same: nobody who pressed it there is told twice. */
  readonly shownAtHome?: true;
};

/** A pressed button or shortcut that is being answered. */
export type PressCall = {
  readonly actor: Actor;
  readonly ack: Ack<never>;
  /** As for a command. */
  readonly sends: boolean;
  readonly helps?: boolean;
  readonly work: (context: InteractionContext) => Promise<PressAnswer | undefined>;
};

const withinMs = 10_000;

/** Works on a pressed button: acknowledged at once, answered by a message. */
export function answerPress(
  runner: InteractionRunner,
  { actor, ack, sends, helps = false, work }: PressCall,
): Promise<void> {
  return runner.run(async () => {
    const context = runner.contextOf(actor);
    await runner.acknowledge(context, ack);
    const refused = (_: InteractionContext, words: string): PressAnswer | undefined => ({
      message: message(words),
      replace: false,
    });
    const allowed = runner.allowed(context, work, refused, helps);
    const answered = runner.unbroken<PressAnswer | undefined>(allowed, async (reference) => {
      const { commands } = (await context).texts;
      const text = commands[sends ? 'broken' : 'brokenOther'](mrkdwn.text(reference));
      return { message: message(text), replace: false };
    });
    const answer = answered.finally(() => runner.changed(actor.person));
    const timely = await within(runner.clock, withinMs, answer, () => 'late');
    if (timely === 'late') {
      const { commands } = (await context).texts;
      await runner.notify(await context, message(sends ? commands.late : commands.lateOther));
    }
    const result = await answer;
    if (!result) {
      return;
    }
    const known = await context;
    if (actor.atHome && result.shownAtHome) {
      return runner.changed(actor.person, () => void runner.run(() => runner.notify(known, result.message)));
    }
    await runner.notify(known, result.message, result.replace);
  });
}

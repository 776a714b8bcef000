import type { types } from '@slack/bolt';
import { within } from '../../domain/clock.ts';
import type { Document } from '../../domain/document.ts';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import type { Actor } from '../receiving/actor.ts';
import { message } from '../views/blocks.ts';
import { noticeView } from '../views/link-view.ts';
import { typedBlocks } from '../views/typed-blocks.ts';
import { faultOf } from '../web-api/slack-fault.ts';
import {
  type Ack,
  acknowledgeWithinMs,
  type InteractionContext,
  type InteractionRunner,
} from './interaction-runner.ts';

/**
 * What a submitted view leads to: mistakes at its fields, its end, or another view. Where the answer comes too late to
 * be an acknowledgement, `view` is shown in its place, and `said` is sent where even that fails.
 */
export type SubmitAnswer = {
  readonly errors?: Readonly<Record<string, string>>;
  /** Closes the window and those below it. */
  readonly closes?: true;
  /** Made only when it is needed, where that takes time. */
  readonly view: types.ModalView | (() => Promise<types.ModalView>);
  readonly said: string;
};

/** The acknowledgement of a submitted view. */
export type SubmitAck =
  | { response_action: 'clear' }
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: types.ModalView };

/** A submitted view that is being answered. */
export type SubmitCall = {
  readonly actor: Actor;
  readonly ack: Ack<SubmitAck>;
  readonly viewId: string;
  /** What they typed, where an answer that takes the place of the form has to give it back. */
  readonly typed?: (context: InteractionContext) => Document;
  /** Shown while the work takes longer than Slack waits. */
  readonly meanwhile: (context: InteractionContext) => types.ModalView;
  readonly broken: (context: InteractionContext, text: string) => SubmitAnswer;
  readonly work: (context: InteractionContext) => Promise<SubmitAnswer>;
};

/** Works on a submitted view. */
export function answerSubmit(runner: InteractionRunner, call: SubmitCall): Promise<void> {
  const { actor, ack, viewId, typed = () => undefined, meanwhile, broken, work } = call;
  return runner.run(async () => {
    const context = runner.contextOf(actor);
    const allowed = runner.allowed(context, work, (known, words) => refused(known.texts, words, typed(known)));
    const answered = runner.unbroken(allowed, async (reference) => {
      const known = await context;
      return broken(known, known.texts.commands.brokenPlain(plain.text(reference)));
    });
    const answer = answered.finally(() => runner.changed(actor.person));
    const timely = await within(runner.clock, acknowledgeWithinMs, answer, () => 'late');
    if (timely !== 'late') {
      return runner.acknowledge(context, ack, await toAck(timely));
    }
    await runner.acknowledge(context, ack, { response_action: 'update', view: meanwhile(await context) });
    const known = await context;
    await showInstead(runner, known, { viewId, typed: typed(known) }, await answer);
  });
}

function refused(texts: Texts, words: string, typed: Document | undefined): SubmitAnswer {
  const view = noticeView(texts, [words]);
  return { view: { ...view, blocks: [...view.blocks, ...typedBlocks(typed, texts)] }, said: words };
}

async function showInstead(
  runner: InteractionRunner,
  context: InteractionContext,
  { viewId, typed }: { readonly viewId: string; readonly typed: Document | undefined },
  { closes, view, said }: SubmitAnswer,
): Promise<void> {
  try {
    const client = await runner.clients.patient(context.actor.workspace);
    await client.views.update({ view_id: viewId, view: await viewIn({ view }) });
  } catch (error) {
    runner.log.info({ fault: faultOf(error) }, 'a window was not there any more for its answer');
    const back = closes ? [] : typedBlocks(typed, context.texts);
    await runner.notify(context, message(said, ...back));
  }
}

async function toAck({ errors, closes, view }: SubmitAnswer): Promise<SubmitAck> {
  if (errors) {
    return { response_action: 'errors', errors: { ...errors } };
  }
  return closes ? { response_action: 'clear' } : { response_action: 'update', view: await viewIn({ view }) };
}

async function viewIn({ view }: Pick<SubmitAnswer, 'view'>): Promise<types.ModalView> {
  return typeof view === 'function' ? view() : view;
}

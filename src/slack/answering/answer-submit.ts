import type { types } from '@slack/bolt';
import { within } from '../../domain/clock.ts';
import { plain } from '../../locales/shown.ts';
import type { Actor } from '../receiving/actor.ts';
import { message } from '../views/blocks.ts';
import { noticeView } from '../views/link-view.ts';
import { faultOf } from '../web-api/slack-fault.ts';
import { type Ack, acknowledgeWithinMs, type Frame, type Scene } from './interaction-runner.ts';

/**
 * What a submitted view leads to: mistakes at its fields, its end, or another view. Where the answer comes too late to be
 * an acknowledgement, `view` is shown in its place, and `said` is sent where even that fails.
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

/** A submitted view at work. `meanwhile` is shown while the work takes longer than Slack waits. */
export type SubmitCall = {
  readonly actor: Actor;
  readonly ack: Ack<SubmitAck>;
  readonly viewId: string;
  readonly meanwhile: (scene: Scene) => types.ModalView;
  readonly broken: (scene: Scene, text: string) => SubmitAnswer;
  readonly work: (scene: Scene) => Promise<SubmitAnswer>;
};

/** Works on a submitted view. */
export function answerSubmit(frame: Frame, call: SubmitCall): Promise<void> {
  const { actor, ack, viewId, meanwhile, broken, work } = call;
  return frame.run(async () => {
    const scene = frame.sceneOf(actor);
    const admitted = frame.admitted(scene, work, refused);
    const answered = frame.unbroken(admitted, async (reference) => {
      const known = await scene;
      return broken(known, known.texts.commands.brokenPlain(plain.text(reference)));
    });
    const answer = answered.finally(() => frame.changed(actor.person));
    const timely = await within(frame.clock, acknowledgeWithinMs, answer, () => 'late');
    if (timely !== 'late') {
      return frame.acknowledge(scene, ack, await toAck(timely));
    }
    await frame.acknowledge(scene, ack, { response_action: 'update', view: meanwhile(await scene) });
    await showInstead(frame, await scene, viewId, await answer);
  });
}

function refused({ texts }: Scene, words: string): SubmitAnswer {
  return { view: noticeView(texts, [words]), said: words };
}

async function showInstead(frame: Frame, scene: Scene, viewId: string, { view, said }: SubmitAnswer): Promise<void> {
  try {
    const client = await frame.clients.patient(scene.actor.workspace);
    await client.views.update({ view_id: viewId, view: await viewIn({ view }) });
  } catch (error) {
    frame.log.info({ fault: faultOf(error) }, 'a window was not there any more for its answer');
    await frame.tell(scene, message(said));
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

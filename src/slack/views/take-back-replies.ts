import type { types } from '@slack/bolt';
import type { TakenBack } from '../../delivery/take-back.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { taskUrl } from '../../domain/portal.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, type Message } from './blocks.ts';
import { describeFailure } from './describe-failure.ts';
import { type About, type Reply, replyMessage } from './reply.ts';
import { showTask } from './show-task.ts';

/** The reply after somebody took back a delivered message. */
export function takenBackReply(
  taken: Exclude<TakenBack, { kind: 'nothing' }>,
  { excerpt, title }: About,
  texts: Texts,
): Message {
  return replyMessage({ ...wordsFor(taken, title, texts), excerpt }, texts);
}

/** A button that deletes a delivered message from the chat of its task, after the person has confirmed it. */
export function takeBackButton({ id, task }: Pick<Delivery, 'id' | 'task'>, { buttons }: Texts): types.Button {
  const look = { spoken: buttons.takeBackTask(task), confirm: buttons.confirmTakeBack };
  return button(buttons.takeBack, { kind: 'take-back', delivery: id }, look);
}

function wordsFor(
  taken: Exclude<TakenBack, { kind: 'nothing' }>,
  title: string | undefined,
  texts: Texts,
): Omit<Reply, 'excerpt'> {
  const { takeBack } = texts;
  const { delivery } = taken;
  const task = showTask(delivery, title);
  const below = [actions(openTask(delivery, texts))];
  switch (taken.kind) {
    case 'taken-back':
      return { standing: 'not-sent', outcome: takeBack.done(task) };
    case 'partly':
      return {
        standing: 'needs-you',
        outcome: takeBack.partly({ task, removed: taken.removed, parts: taken.parts }),
        step: takeBack.deleteThere,
        below,
      };
    case 'not-allowed':
    case 'not-found':
      return {
        standing: 'needs-you',
        outcome: takeBack.not(task),
        why: takeBack.why[taken.kind],
        step: takeBack.deleteThere,
        below,
      };
    case 'other-account':
      return { standing: 'needs-you', outcome: takeBack.not(task), why: takeBack.why[taken.kind], below };
    case 'not-certain':
      return { standing: 'needs-you', outcome: takeBack.notCertain(task), step: takeBack.pressAgain, below };
    case 'failed': {
      const { happened, small } = describeFailure(taken.failure, delivery, texts);
      const step = taken.failure.kind === 'missing-scope' ? takeBack.givePermission : takeBack.pressAgain;
      return { standing: 'needs-you', outcome: takeBack.not(task), why: happened, small, step, below };
    }
  }
}

function openTask({ portal, bitrixUserId, task }: Delivery, { buttons }: Texts): types.Button {
  return button(buttons.openTask, { kind: 'open-task' }, { url: taskUrl(portal, bitrixUserId, task) });
}

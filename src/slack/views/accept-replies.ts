import type { Accepted } from '../../delivery/submission.ts';
import type { AcceptFailure } from '../../domain/failure.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, type Message, message } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { showTask, showTaskNumber } from './show-task.ts';

/** What the person is told at once about what they asked to send; `undefined` where a reply of its own follows. */
export function acceptedReply(accepted: Accepted, texts: Texts): Message | undefined {
  switch (accepted.kind) {
    case 'accepted':
      return accepted.parked ? parkedAtOnce({ ...accepted, parked: accepted.parked }, texts) : undefined;
    case 'duplicate':
      return undefined;
    case 'said-before':
      return saidBefore(accepted, texts);
    case 'failed':
      return refusal(accepted.failure, texts);
  }
}

function parkedAtOnce(
  accepted: Extract<Accepted, { kind: 'accepted' }> & {
    parked: NonNullable<Extract<Accepted, { kind: 'accepted' }>['parked']>;
  },
  texts: Texts,
): Message {
  const { happened, step } = describeFailure(accepted.parked, accepted, texts);
  const waits = texts.replies.parked({ task: showTaskNumber(accepted.task) });
  return message(
    [waits, happened, step].join(' '),
    actions(
      button(texts.buttons.link, { kind: 'link' }, { style: 'primary' }),
      button(
        texts.buttons.cancel,
        { kind: 'cancel', delivery: accepted.id, from: 'reply' },
        {
          spoken: texts.buttons.cancelTask(accepted.task),
        },
      ),
    ),
  );
}

function saidBefore({ delivery, nonce }: Extract<Accepted, { kind: 'said-before' }>, texts: Texts): Message {
  const question = texts.replies.saidBefore({
    task: showTask(delivery),
    at: mrkdwn.time(delivery.acceptedAt),
    state: delivery.state,
  });
  const again = { kind: 'send-again', delivery: delivery.id, nonce } as const;
  return message(question, actions(button(texts.buttons.sendAnyway, again)));
}

/** Why nothing was accepted. */
export function refusal(failure: AcceptFailure, texts: Texts): Message {
  const words = texts.acceptFailures;
  switch (failure.kind) {
    case 'not-linked':
      return message(words['not-linked'], actions(button(texts.buttons.link, { kind: 'link' }, { style: 'primary' })));
    case 'foreign-portal':
      return message(
        words['foreign-portal']({ portal: showPortal(failure.portal), linked: showPortal(failure.linked) }),
      );
    case 'text-too-long':
      return message(words['text-too-long'](failure));
    case 'too-many-waiting':
      return message(words['too-many-waiting'](failure.most));
    case 'text-empty':
    case 'other-version-accepted':
    case 'storage-unavailable':
    case 'storage-unconfirmed':
      return message(words[failure.kind]);
  }
}

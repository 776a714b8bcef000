import { taskUrl } from '../../domain/portal.ts';
import type { Texts } from '../../locales/en.ts';
import type { ShownCard } from '../../tasks/show-task.ts';
import { refusedReply } from './accept-replies.ts';
import { actions, button, context, type Message, message, section } from './blocks.ts';
import { describeFailure } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { showTask } from './show-task.ts';

/** The answer to `/b24task 51`: the task, or why it is not shown. */
export function taskCardMessage(shown: ShownCard, task: number, texts: Texts): Message {
  switch (shown.kind) {
    case 'shown':
      return cardMessage(shown, texts);
    case 'refused':
      return refusedReply(shown.failure, texts);
    case 'failed':
      return failedMessage(shown, task, texts);
  }
}

function cardMessage({ card, account }: Extract<ShownCard, { kind: 'shown' }>, texts: Texts): Message {
  const { taskCard, buttons, compose } = texts;
  const { portal, userId } = account;
  const { task, title, status, responsible, deadline, group } = card;
  const heading = taskCard.heading(showTask({ portal, bitrixUserId: userId, task }, title));
  const details = [
    taskCard.status(compose.suggestions.statuses[status]),
    responsible === undefined ? taskCard.nobody : taskCard.responsible(mrkdwn.text(responsible)),
    deadline === undefined ? taskCard.noDeadline : taskCard.deadline(mrkdwn.time(deadline)),
    ...(group === undefined ? [] : [taskCard.group(mrkdwn.text(group))]),
  ];
  const text = [heading, ...details].join('\n');
  const open = { ...button(buttons.open, { kind: 'set-out' }), url: taskUrl(portal, userId, task) };
  return {
    text,
    blocks: [
      section(text),
      actions(button(buttons.write, { kind: 'write', task }, { style: 'primary' }), open),
      context([taskCard.howToWrite(task)]),
    ],
  };
}

/** The next step is the doctor's, because nothing is retried here; for a wrong number it is that of a reply. */
function failedMessage(
  { failure, account }: Extract<ShownCard, { kind: 'failed' }>,
  task: number,
  texts: Texts,
): Message {
  const situation = failure.kind === 'no-access' ? 'reply' : 'doctor';
  const { happened, step } = describeFailure(failure, { portal: account.portal, task }, texts, situation);
  return message([texts.taskCard.failed(task), happened, step].join(' '));
}

import type { Document } from '../../domain/document.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import { answerCommand } from '../answering/answer-command.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView } from '../answering/open-view.ts';
import { linkOptionsOf } from '../composing/link-options.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { CommandTyped } from '../receiving/interaction.ts';
import { type Command, type CommandProblem, parseCommand } from '../receiving/parse-command.ts';
import { type Message, message } from '../views/blocks.ts';
import { linkView } from '../views/link-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { taskCardMessage } from '../views/task-card.ts';
import { askWhether } from './ask-first.ts';
import { askToUnlink } from './ask-to-unlink.ts';
import { chooseLanguage } from './choose-language.ts';
import { changeDefault } from './default-command.ts';
import type { Listener } from './dispatch.ts';
import { runDoctor } from './run-doctor.ts';
import { sendMessage } from './send-message.ts';
import { sendToDefault } from './send-to-default.ts';
import { showStatus } from './show-status.ts';

/** An answer that only its person sees. */
type CommandAck = Message & { response_type: 'ephemeral' };

/** The listener of `/b24task …`. */
export function onCommand(deps: ListenerDeps): Listener<CommandTyped, CommandAck> {
  return ({ actor, text }, ack) => {
    const command = parseCommand(text);
    return answerCommand(deps.runner, {
      actor,
      ack: (said) => ack(said && { response_type: 'ephemeral', ...said }),
      sends: sending.has(command.kind),
      helps: command.kind === 'help' || command.kind === 'doctor',
      typed: () => typedIn(command, text),
      work: (context) => carryOut(deps, context, command),
    });
  };
}

/** What may have put a message on its way, or is to be told that it did not. */
const sending: ReadonlySet<Command['kind']> = new Set(['send', 'send-default', 'nearly', 'wrong']);

async function carryOut(
  deps: ListenerDeps,
  context: InteractionContext,
  command: Command,
): Promise<Message | undefined> {
  const { commands } = context.texts;
  switch (command.kind) {
    case 'send':
      return sendMessage(deps, context, command);
    case 'send-default':
      return sendToDefault(deps, context, command);
    case 'show-task': {
      const shown = await deps.showTask(context.actor.person, command.task);
      return taskCardMessage(shown, command.task.task, context.texts);
    }
    case 'compose':
      return openComposer(deps, context, async () => ({ kind: 'nothing' }));
    case 'default':
      return changeDefault(deps, context, command);
    case 'connect':
      return openView(deps, context, linkView(context.texts, linkOptionsOf(deps)));
    case 'disconnect':
      return askToUnlink(deps, context);
    case 'status':
      return showStatus(deps, context);
    case 'doctor':
      return runDoctor(deps, context);
    case 'help':
      return message(commands.help);
    case 'webhook-url':
      return message(commands.webhookUrl);
    case 'language':
      return chooseLanguage(deps, context, command);
    case 'nearly':
      return askWhether(deps, context, commands.nearly(mrkdwn.text(command.meant)), command.message);
    case 'wrong':
      return command.problem.about === 'message'
        ? askWhether(deps, context, usage(command.problem, commands.wrong), command.message)
        : message(usage(command.problem, commands.wrong));
  }
}

/** What somebody would have to type again; a webhook's address is a password and is not said back. */
function typedIn(command: Command, text: string): Document | undefined {
  switch (command.kind) {
    case 'send':
    case 'send-default':
      return readMrkdwn(command.message);
    case 'nearly':
    case 'wrong':
      return readMrkdwn(text);
    default:
      return undefined;
  }
}

function usage(problem: CommandProblem, wrong: InteractionContext['texts']['commands']['wrong']): string {
  return problem.kind === 'bad-number'
    ? wrong[problem.kind][problem.about](mrkdwn.text(problem.word))
    : wrong[problem.kind][problem.about];
}

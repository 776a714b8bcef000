import { App, type AppOptions, type Logger, LogLevel, type Receiver, type ViewSubmitAction } from '@slack/bolt';
import type { Log } from '../domain/log.ts';
import { logFault } from '../observability/fault.ts';
import type { SubmitAck } from './answering/answer-submit.ts';
import type { Toolbox } from './answering/listener-deps.ts';
import { onAppRemoved } from './listeners/app-removed.ts';
import { onButton } from './listeners/button-pressed.ts';
import { onCommand } from './listeners/command-typed.ts';
import { onComposeChanged } from './listeners/compose-changed.ts';
import { onComposeSubmitted } from './listeners/compose-submitted.ts';
import { onConfirmationSubmitted } from './listeners/confirm-connection.ts';
import { onPortalSubmitted } from './listeners/connect.ts';
import { dispatch, type Route } from './listeners/dispatch.ts';
import { onHomeOpened } from './listeners/home-opened.ts';
import { onLinkSubmitted } from './listeners/link-submitted.ts';
import { onMessageShortcut } from './listeners/message-shortcut.ts';
import { onTaskOptions, onUnknownOptions } from './listeners/task-options.ts';
import { onUnknownShortcut, onUnknownView } from './listeners/unknown-interaction.ts';
import type { SlackSettings } from './ports.ts';
import { readAppRemoved, readHomeOpened } from './receiving/event.ts';
import {
  type BlockAction,
  type MessageShortcut,
  type OptionsRequest,
  readBlockAction,
  readCommand,
  readOptions,
  readShortcut,
  readSubmission,
  type Unsupported,
  type ViewSubmission,
} from './receiving/interaction.ts';
import { Unanswered } from './receiving/unanswered.ts';
import { fieldIds, messageShortcutId, viewIds } from './views/action-ids.ts';
import type { OptionsAnswer } from './views/task-options.ts';
import { clientOptions } from './web-api/clients.ts';

export type AppDeps = {
  readonly settings: SlackSettings;
  readonly receiver: Receiver;
  readonly tools: Toolbox;
  readonly logger: Logger;
  readonly log: Log;
};

/**
 * Creates the Bolt app with every listener. Not initialised: `init()` asks Slack whose token it is and rejects when it
 * is bad, where the constructor would kill the process later.
 */
export function createApp({ settings, receiver, tools, logger, log }: AppDeps): App {
  const app = new App({
    receiver,
    ...accessOptions(settings),
    logger,
    logLevel: LogLevel.WARN,
    clientOptions: clientOptions(settings.slackApiUrl, logger),
    convoStore: false,
    deferInitialization: true,
    extendedErrorHandler: true,
  });
  listen(app, tools);
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    const reference = logFault(log, { error }, 'a request from Slack failed before it could be answered');
    throw new Unanswered(reference, 'command' in body, { cause: error });
  });
  return app;
}

/**
 * One listener per kind of interaction, each taking all of its kind: Bolt runs every listener that fits, and leaves what
 * none fits unanswered until Slack gives up.
 */
function listen(app: App, tools: Toolbox): void {
  const { clock } = tools;
  app.command(/.*/, dispatch({ read: readCommand, others: onCommand(tools) }, clock));
  app.shortcut({}, dispatch(shortcuts(tools), clock));
  app.action({}, dispatch(blockActions(tools), clock));
  app.options<'block_suggestion'>({}, dispatch(options(tools), clock));
  app.view<ViewSubmitAction>({ type: 'view_submission' }, dispatch(submissions(tools), clock));
  app.view({ type: 'view_closed' }, async ({ ack }) => ack());
  const [homeOpened, appRemoved] = [onHomeOpened(tools.home), onAppRemoved(tools)];
  app.event('app_home_opened', async ({ body }) => homeOpened(readHomeOpened(body)));
  for (const event of ['app_uninstalled', 'tokens_revoked']) {
    app.event(event, async ({ body }) => appRemoved(readAppRemoved(body)));
  }
}

function shortcuts(tools: Toolbox): Route<MessageShortcut | Unsupported, never> {
  return {
    read: readShortcut,
    listeners: { [messageShortcutId]: onMessageShortcut(tools) },
    others: onUnknownShortcut(tools),
  };
}

function blockActions(tools: Toolbox): Route<BlockAction | Unsupported, never> {
  return {
    read: readBlockAction,
    listeners: { [fieldIds.withLink.element]: onComposeChanged(tools) },
    others: onButton(tools),
  };
}

function options(tools: Toolbox): Route<OptionsRequest, OptionsAnswer> {
  return {
    read: readOptions,
    listeners: { [fieldIds.task.element]: onTaskOptions(tools) },
    others: onUnknownOptions(tools),
  };
}

function submissions(tools: Toolbox): Route<ViewSubmission, SubmitAck> {
  return {
    read: readSubmission,
    listeners: {
      [viewIds.compose]: onComposeSubmitted(tools),
      [viewIds.link]: onLinkSubmitted(tools),
      [viewIds.connect]: onPortalSubmitted(tools),
      [viewIds.confirm]: onConfirmationSubmitted(tools),
    },
    others: onUnknownView(tools),
  };
}

/** Listeners take their clients elsewhere: Bolt's own would keep one for each token there ever was. */
function accessOptions({ access }: SlackSettings): Pick<AppOptions, 'token' | 'authorize'> {
  return access.kind === 'one-workspace' ? { token: access.botToken.reveal() } : { authorize: async () => ({}) };
}

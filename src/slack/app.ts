import { App, type AppOptions, type Logger, LogLevel, type Receiver, type ViewSubmitAction } from '@slack/bolt';
import type { Log } from '../domain/log.ts';
import { logFault } from '../observability/fault.ts';
import { fieldIds, messageShortcutId, viewIds } from './action-ids.ts';
import { clientOptions } from './clients.ts';
import { onAppRemoved } from './listeners/app-removed.ts';
import { onButton } from './listeners/button-pressed.ts';
import { onCommand } from './listeners/command-typed.ts';
import { onComposeChanged } from './listeners/compose-changed.ts';
import { onComposeSubmitted } from './listeners/compose-submitted.ts';
import { onConfirmationSubmitted } from './listeners/confirm-connection.ts';
import { onPortalSubmitted } from './listeners/connect.ts';
import { onHomeOpened } from './listeners/home-opened.ts';
import { onLinkSubmitted } from './listeners/link-submitted.ts';
import { onMessageShortcut } from './listeners/message-shortcut.ts';
import { onOptions } from './listeners/task-options.ts';
import type { Toolbox } from './listeners/toolbox.ts';
import { onUnknownShortcut, onUnknownView } from './listeners/unknown-gesture.ts';
import type { SlackSettings } from './settings.ts';
import { Unanswered } from './unanswered.ts';

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
 * One listener per kind of gesture, each taking all of its kind: Bolt runs every listener that fits, and leaves what
 * none fits unanswered until Slack gives up.
 */
function listen(app: App, tools: Toolbox): void {
  app.command(/.*/, onCommand(tools));
  const [button, composeChanged] = [onButton(tools), onComposeChanged(tools)];
  app.action({}, (call) => {
    const isInForm = 'action_id' in call.action && call.action.action_id === fieldIds.withLink.element;
    return isInForm ? composeChanged(call) : button(call);
  });
  const [messageShortcut, unknownShortcut] = [onMessageShortcut(tools), onUnknownShortcut(tools)];
  app.shortcut({}, (call) =>
    call.shortcut.callback_id === messageShortcutId ? messageShortcut(call) : unknownShortcut(call),
  );
  app.options<'block_suggestion'>({}, onOptions(tools));
  const views = new Map<string, ReturnType<typeof onUnknownView>>([
    [viewIds.compose, onComposeSubmitted(tools)],
    [viewIds.link, onLinkSubmitted(tools)],
    [viewIds.connect, onPortalSubmitted(tools)],
    [viewIds.confirm, onConfirmationSubmitted(tools)],
  ]);
  const unknownView = onUnknownView(tools);
  app.view<ViewSubmitAction>({ type: 'view_submission' }, (call) => {
    const listener = views.get(call.view.callback_id) ?? unknownView;
    return listener(call);
  });
  for (const event of ['app_uninstalled', 'tokens_revoked']) {
    app.event(event, onAppRemoved(tools));
  }
  app.event('app_home_opened', onHomeOpened(tools.home));
  app.view({ type: 'view_closed' }, async ({ ack }) => ack());
}

/** Listeners take their clients elsewhere: Bolt's own would keep one for each token there ever was. */
function accessOptions({ access }: SlackSettings): Pick<AppOptions, 'token' | 'authorize'> {
  return access.kind === 'one-workspace' ? { token: access.botToken.reveal() } : { authorize: async () => ({}) };
}

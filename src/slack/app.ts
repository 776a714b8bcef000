import { App, type Logger, LogLevel, type Receiver, type ViewSubmitAction } from '@slack/bolt';
import type { Log } from '../domain/log.ts';
import { logFault } from '../observability/fault.ts';
import type { SubmitAck } from './answering/answer-submit.ts';
import type { ListenerDeps } from './answering/listener-deps.ts';
import { onAppRemoved } from './listeners/app-removed.ts';
import { onButton } from './listeners/button-pressed.ts';
import { onCommand } from './listeners/command-typed.ts';
import { onComposeChanged } from './listeners/compose-changed.ts';
import { onComposeSubmitted } from './listeners/compose-submitted.ts';
import { onConfirmationSubmitted } from './listeners/confirm-connection.ts';
import { onPortalSubmitted } from './listeners/connect.ts';
import { dispatch, type Listener, type Route } from './listeners/dispatch.ts';
import { onHomeOpened } from './listeners/home-opened.ts';
import { onLinkSubmitted } from './listeners/link-submitted.ts';
import { onShortcut } from './listeners/shortcut-used.ts';
import { onTaskOptions, onUnknownOptions } from './listeners/task-options.ts';
import { onUnknownView } from './listeners/unknown-interaction.ts';
import type { SlackSettings } from './ports.ts';
import { readAppRemoved, readHomeOpened } from './receiving/event.ts';
import {
  type BlockAction,
  type OptionsRequest,
  readBlockAction,
  readCommand,
  readOptions,
  readShortcut,
  readSubmission,
  type Unsupported,
  type ViewSubmission,
} from './receiving/interaction.ts';
import { UnansweredError } from './receiving/unanswered.ts';
import { fieldIds, type ViewId, viewIds } from './views/action-ids.ts';
import type { OptionsAnswer } from './views/task-options.ts';
import { clientOptions } from './web-api/clients.ts';

/** What the Bolt app is made of. */
export type AppDeps = {
  readonly settings: SlackSettings;
  readonly receiver: Receiver;
  readonly deps: ListenerDeps;
  readonly logger: Logger;
  readonly log: Log;
};

/**
 * Creates the Bolt app with every listener. Not initialised: `init()` gives it its way to tokens. It asks Slack
 * nothing, because nothing may depend on Slack's answer at the start.
 */
export function createApp({ settings, receiver, deps, logger, log }: AppDeps): App {
  const app = new App({
    receiver,
    // Listeners take their clients elsewhere: Bolt's own would keep one for each token there ever was.
    authorize: async () => ({}),
    logger,
    logLevel: LogLevel.WARN,
    clientOptions: clientOptions(settings.slackApiUrl, logger),
    convoStore: false,
    deferInitialization: true,
    extendedErrorHandler: true,
  });
  listen(app, deps);
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    const reference = logFault(log, { error }, 'a request from Slack failed before it could be answered');
    throw new UnansweredError(reference, 'command' in body, { cause: error });
  });
  return app;
}

/**
 * One listener per kind of interaction, each taking all of its kind: Bolt runs every listener that fits, and leaves
 * what none fits unanswered until Slack gives up. Commands are most of what comes, and are taken before Bolt asks the
 * listeners of all other kinds: to ask them costs five times as much as everything else that it does for a command.
 */
function listen(app: App, deps: ListenerDeps): void {
  const onCommands = dispatch({ read: readCommand, others: onCommand(deps) }, deps);
  app.use(async (call) => ('command' in call ? onCommands(call) : call.next()));
  app.shortcut({}, dispatch({ read: readShortcut, others: onShortcut(deps) }, deps));
  app.action({}, dispatch(blockActions(deps), deps));
  app.options<'block_suggestion'>({}, dispatch(options(deps), deps));
  app.view<ViewSubmitAction>({ type: 'view_submission' }, dispatch(submissions(deps), deps));
  app.view({ type: 'view_closed' }, async ({ ack }) => ack());
  const [homeOpened, appRemoved] = [onHomeOpened(deps.home, deps.places), onAppRemoved(deps)];
  app.event('app_home_opened', async ({ body }) => homeOpened(readHomeOpened(body)));
  for (const event of ['app_uninstalled', 'tokens_revoked']) {
    app.event(event, async ({ body }) => appRemoved(readAppRemoved(body)));
  }
}

/** Fields tell of a change where their view asks for that; all else that is pressed is a button. */
function blockActions(deps: ListenerDeps): Route<BlockAction | Unsupported, never> {
  const onChanged = onComposeChanged(deps);
  return {
    read: readBlockAction,
    listeners: Object.fromEntries(Object.values(fieldIds).map(({ element }) => [element, onChanged])),
    others: onButton(deps),
  };
}

function options(deps: ListenerDeps): Route<OptionsRequest, OptionsAnswer> {
  return {
    read: readOptions,
    listeners: { [fieldIds.task.element]: onTaskOptions(deps) },
    others: onUnknownOptions(deps),
  };
}

function submissions(deps: ListenerDeps): Route<ViewSubmission, SubmitAck> {
  return {
    read: readSubmission,
    listeners: {
      [viewIds.compose]: onComposeSubmitted(deps),
      [viewIds.link]: onLinkSubmitted(deps),
      [viewIds.connect]: onPortalSubmitted(deps),
      [viewIds.confirm]: onConfirmationSubmitted(deps),
    } satisfies Record<ViewId, Listener<ViewSubmission, SubmitAck>>,
    others: onUnknownView(deps),
  };
}

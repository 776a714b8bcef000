import { type PlacedElement, sentValues, stateOf } from '../block-kit/block-state.ts';
import type { JsonObject } from '../json.ts';
import type { Channel, Person, Team } from '../state/directory.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { SlackState } from '../state/state.ts';
import { describePost } from '../state/threads.ts';
import type { OpenView } from '../state/views.ts';

/** A person who does something in a workspace. */
export type InteractionContext = {
  readonly state: SlackState;
  readonly team: Team;
  readonly person: Person;
};

/** Slack's deprecated verification token: sent, never to be relied on. */
const verificationToken = 'sandbox-verification-token';

/** The form fields of a slash command (docs.slack.dev, implementing slash commands). Every value is a string. */
export function commandPayload(context: InteractionContext, channel: Channel, command: string, text: string) {
  const { state, team, person } = context;
  return {
    token: verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    ...(team.enterprise ? { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name } : {}),
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: state.app.id,
    is_enterprise_install: String(isOrgInstall(context)),
    response_url: responseUrl(context, channel, 'commands'),
    trigger_id: state.triggers.mint({ teamId: team.id, userId: person.id }),
  };
}

/** `message_action`: a message shortcut. Recordings of it carry no `api_app_id`. */
export function messageActionPayload(
  context: InteractionContext,
  channel: Channel,
  callbackId: string,
  message: SeenMessage,
) {
  const { api_app_id: _appId, ...base } = basePayload(context, 'message_action');
  return {
    ...base,
    callback_id: callbackId,
    action_ts: actionTs(context.state),
    message_ts: message.ts,
    response_url: responseUrl(context, channel, 'actions'),
    channel: { id: channel.id, name: channelName(channel) },
    message: describePost(context.state.messages, message),
  };
}

/** `shortcut`: a global shortcut; it knows neither channel nor message. */
export function globalShortcutPayload(context: InteractionContext, callbackId: string) {
  const { api_app_id: _appId, user: _user, ...base } = basePayload(context, 'shortcut');
  const { id, name, homeTeamId } = context.person;
  return {
    ...base,
    user: { id, username: name, team_id: homeTeamId },
    callback_id: callbackId,
    action_ts: actionTs(context.state),
  };
}

/** `block_actions` in a modal or on the home tab. */
export function viewActionPayload(context: InteractionContext, view: OpenView, action: JsonObject) {
  return {
    ...basePayload(context, 'block_actions', view),
    container: { type: 'view', view_id: view.id },
    view: viewFields(context, view),
    actions: [{ ...action, action_ts: actionTs(context.state) }],
  };
}

/** `block_actions` in a message. An ephemeral message is not repeated in the payload, only named. */
export function messageActionsPayload(
  context: InteractionContext,
  channel: Channel,
  message: SeenMessage,
  action: JsonObject,
) {
  return {
    ...basePayload(context, 'block_actions'),
    container: messageContainer(message),
    channel: { id: channel.id, name: channelName(channel) },
    ...(message.ephemeralTo === null ? { message: message.message } : {}),
    state: { values: stateOf(message.blocks) },
    response_url: responseUrl(context, channel, 'actions', message),
    actions: [{ ...action, action_ts: actionTs(context.state) }],
  };
}

/** A response URL that a select of a modal asked for. */
export type ViewResponseUrl = {
  block_id: string;
  action_id: string;
  channel_id: string;
  response_url: string;
};

/** `view_submission`. */
export function submissionPayload(context: InteractionContext, view: OpenView, responseUrls: ViewResponseUrl[]) {
  const base = basePayload(context, 'view_submission', view);
  return {
    ...base,
    ...windowPlace(context, base, view),
    response_urls: responseUrls,
  };
}

/** `view_closed`; it has no trigger id. */
export function closedPayload(context: InteractionContext, view: OpenView, isCleared: boolean) {
  const { trigger_id: _triggerId, ...base } = basePayload(context, 'view_closed');
  return {
    ...base,
    ...windowPlace(context, base, view),
    is_cleared: isCleared,
  };
}

/** `block_suggestion`: an external select asks for its options. */
export function suggestionPayload(
  context: InteractionContext,
  placed: PlacedElement,
  query: string,
  host: OpenView | SeenMessage,
) {
  const { trigger_id: _triggerId, ...base } = basePayload(context, 'block_suggestion');
  const { state } = context;
  const where =
    'rootId' in host
      ? { container: { type: 'view', view_id: host.id }, view: viewFields(context, host) }
      : {
          container: messageContainer(host),
          channel: { id: host.channel, name: channelName(state.directory.channel(host.channel)) },
          ...(host.ephemeralTo === null ? { message: host.message } : {}),
        };
  return { ...base, ...where, action_id: placed.actionId, block_id: placed.blockId, value: query };
}

/** Where who raised an event belongs: to another workspace or organisation, where it is a shared channel's. */
type Home = Pick<Person, 'homeTeamId' | 'homeEnterprise'>;

/**
 * An Events API callback around an event, of somebody of this workspace unless `actsFrom` says otherwise;
 * `authorizations` name the workspace with the app. Source: github.com/slackapi/bolt-js, issue 935;
 * github.com/slackapi/bolt-python, `tests/slack_bolt/request/test_internals.py`.
 */
export function eventPayload(
  context: Omit<InteractionContext, 'person'>,
  event: JsonObject,
  eventId: string,
  actsFrom?: Home,
) {
  const { state, team } = context;
  const { homeTeamId, homeEnterprise } = actsFrom ?? { homeTeamId: team.id, homeEnterprise: team.enterprise };
  return {
    token: verificationToken,
    team_id: homeTeamId,
    ...(homeEnterprise ? { enterprise_id: homeEnterprise.id } : {}),
    api_app_id: state.app.id,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(state.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: team.enterprise?.id ?? null,
        team_id: team.id,
        user_id: team.botUserId,
        is_bot: true,
        is_enterprise_install: isOrgInstall(context),
      },
    ],
    is_ext_shared_channel: false,
  };
}

/** A response URL for one input of a modal that asks for it. */
export function responseUrl(
  { state, team, person }: InteractionContext,
  channel: Channel,
  kind: 'commands' | 'actions',
  original?: SeenMessage,
): string {
  const owner = { kind, teamId: team.id, userId: person.id, channel: channel.id, botUserId: team.botUserId, original };
  return `${state.origin()}${state.responseUrls.mint(owner)}`;
}

/** Slack names private conversations by their kind only. */
function channelName(channel: Channel): string {
  const names = { public: channel.name, private: 'privategroup', im: 'directmessage', mpim: channel.name } as const;
  return names[channel.kind];
}

function basePayload<T extends string>(context: InteractionContext, type: T, view?: OpenView) {
  const { state, team, person } = context;
  return {
    type,
    token: verificationToken,
    ...placeFields(team, team.enterprise),
    is_enterprise_install: isOrgInstall(context),
    user: { id: person.id, username: person.name, name: person.name, team_id: person.homeTeamId },
    api_app_id: state.app.id,
    trigger_id: state.triggers.mint({ teamId: team.id, userId: person.id, ...(view ? { viewId: view.id } : {}) }),
  };
}

function placeFields({ id, domain }: Pick<Team, 'id' | 'domain'>, enterprise: Team['enterprise']) {
  return {
    team: { id, domain, ...(enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {}) },
    enterprise: enterprise && { id: enterprise.id, name: enterprise.name },
  };
}

/**
 * Windows of somebody of elsewhere come with the workspace and organisation of that person; only `app_installed_team_id`
 * names the place with the app. Source: github.com/slackapi/bolt-js, issue 1614; `connect_channel_payload` in
 * github.com/slackapi/bolt-python, `tests/scenario_tests/test_view_submission.py`. For an app of the whole organisation
 * no workspace is named. Source: docs.slack.dev, view_submission payloads, `team`.
 */
function windowPlace(context: InteractionContext, { team: here, enterprise }: Place, open: OpenView) {
  const view = viewFields(context, open);
  const { team, person } = context;
  const { homeTeamId: id, homeEnterprise } = person;
  return id === team.id
    ? { team: isOrgInstall(context) ? null : here, enterprise, view }
    : { ...placeFields({ id, domain: id.toLowerCase() }, homeEnterprise), view: { ...view, team_id: id } };
}

/** Source of the organisation's id in the place of the team's: docs.slack.dev, Work Objects, a submitted edit. */
function viewFields(context: InteractionContext, view: OpenView) {
  const { state, team } = context;
  const described = state.views.describe(view, team);
  const values = sentValues(view.values, state.clients.emptyRichText);
  const fields = { ...described, state: { ...described.state, values } };
  return isOrgInstall(context) && team.enterprise ? { ...fields, app_installed_team_id: team.enterprise.id } : fields;
}

type Place = Pick<ReturnType<typeof basePayload>, 'team' | 'enterprise'>;

function messageContainer(message: SeenMessage) {
  return {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.ephemeralTo !== null,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
  };
}

function isOrgInstall({ state, team }: Omit<InteractionContext, 'person'>): boolean {
  return state.tokens.botOf(team.id, team.enterprise?.id)?.teamId === null;
}

function actionTs(state: SlackState): string {
  return (state.clock.now() / 1000).toFixed(6);
}

import { type PlacedElement, sentValues, stateOf } from '../block-kit/block-state.ts';
import type { JsonObject } from '../json.ts';
import type { Channel, Person, Team } from '../state/directory.ts';
import type { SeenMessage } from '../state/messages.ts';
import { describePost } from '../state/threads.ts';
import type { OpenView } from '../state/views.ts';
import type { World } from '../state/world.ts';

/** A person who does something in a workspace. */
export type Scene = {
  readonly world: World;
  readonly team: Team;
  readonly person: Person;
};

/** Slack's deprecated verification token: sent, never to be relied on. */
const verificationToken = 'sandbox-verification-token';

/** The form fields of a slash command (docs.slack.dev, implementing slash commands). Every value is a string. */
export function commandPayload(scene: Scene, channel: Channel, command: string, text: string) {
  const { world, team, person } = scene;
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
    api_app_id: world.app.id,
    is_enterprise_install: String(isOrgInstall(scene)),
    response_url: responseUrl(scene, channel, 'commands'),
    trigger_id: world.triggers.mint({ teamId: team.id, userId: person.id }),
  };
}

/** `message_action`: a message shortcut. Recordings of it carry no `api_app_id`. */
export function messageActionPayload(scene: Scene, channel: Channel, callbackId: string, message: SeenMessage) {
  const { api_app_id: _appId, ...base } = basePayload(scene, 'message_action');
  return {
    ...base,
    callback_id: callbackId,
    action_ts: actionTs(scene.world),
    message_ts: message.ts,
    response_url: responseUrl(scene, channel, 'actions'),
    channel: { id: channel.id, name: channelName(channel) },
    message: describePost(scene.world.messages, message),
  };
}

/** `shortcut`: a global shortcut; it knows neither channel nor message. */
export function globalShortcutPayload(scene: Scene, callbackId: string) {
  const { api_app_id: _appId, user: _user, ...base } = basePayload(scene, 'shortcut');
  const { id, name, homeTeamId } = scene.person;
  return {
    ...base,
    user: { id, username: name, team_id: homeTeamId },
    callback_id: callbackId,
    action_ts: actionTs(scene.world),
  };
}

/** `block_actions` in a modal or on the home tab. */
export function viewActionPayload(scene: Scene, view: OpenView, action: JsonObject) {
  return {
    ...basePayload(scene, 'block_actions', view),
    container: { type: 'view', view_id: view.id },
    view: viewFields(scene, view),
    actions: [{ ...action, action_ts: actionTs(scene.world) }],
  };
}

/** `block_actions` in a message. An ephemeral message is not repeated in the payload, only named. */
export function messageActionsPayload(scene: Scene, channel: Channel, message: SeenMessage, action: JsonObject) {
  return {
    ...basePayload(scene, 'block_actions'),
    container: messageContainer(message),
    channel: { id: channel.id, name: channelName(channel) },
    ...(message.ephemeralTo === null ? { message: message.message } : {}),
    state: { values: stateOf(message.blocks) },
    response_url: responseUrl(scene, channel, 'actions', message),
    actions: [{ ...action, action_ts: actionTs(scene.world) }],
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
export function submissionPayload(scene: Scene, view: OpenView, responseUrls: ViewResponseUrl[]) {
  const base = basePayload(scene, 'view_submission', view);
  return {
    ...base,
    ...windowPlace(scene, base, view),
    response_urls: responseUrls,
  };
}

/** `view_closed`; it has no trigger id. */
export function closedPayload(scene: Scene, view: OpenView, isCleared: boolean) {
  const { trigger_id: _triggerId, ...base } = basePayload(scene, 'view_closed');
  return {
    ...base,
    ...windowPlace(scene, base, view),
    is_cleared: isCleared,
  };
}

/** `block_suggestion`: an external select asks for its options. */
export function suggestionPayload(scene: Scene, placed: PlacedElement, query: string, host: OpenView | SeenMessage) {
  const { trigger_id: _triggerId, ...base } = basePayload(scene, 'block_suggestion');
  const { world } = scene;
  const where =
    'rootId' in host
      ? { container: { type: 'view', view_id: host.id }, view: viewFields(scene, host) }
      : {
          container: messageContainer(host),
          channel: { id: host.channel, name: channelName(world.directory.channel(host.channel)) },
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
export function eventPayload(scene: Omit<Scene, 'person'>, event: JsonObject, eventId: string, actsFrom?: Home) {
  const { world, team } = scene;
  const { homeTeamId, homeEnterprise } = actsFrom ?? { homeTeamId: team.id, homeEnterprise: team.enterprise };
  return {
    token: verificationToken,
    team_id: homeTeamId,
    ...(homeEnterprise ? { enterprise_id: homeEnterprise.id } : {}),
    api_app_id: world.app.id,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: team.enterprise?.id ?? null,
        team_id: team.id,
        user_id: team.botUserId,
        is_bot: true,
        is_enterprise_install: isOrgInstall(scene),
      },
    ],
    is_ext_shared_channel: false,
  };
}

/** A response URL for one input of a modal that asks for it. */
export function responseUrl(
  { world, team, person }: Scene,
  channel: Channel,
  kind: 'commands' | 'actions',
  original?: SeenMessage,
): string {
  const owner = { kind, teamId: team.id, userId: person.id, channel: channel.id, botUserId: team.botUserId, original };
  return `${world.origin()}${world.responseUrls.mint(owner)}`;
}

/** Slack names private conversations by their kind only. */
function channelName(channel: Channel): string {
  const names = { public: channel.name, private: 'privategroup', im: 'directmessage', mpim: channel.name } as const;
  return names[channel.kind];
}

function basePayload<T extends string>(scene: Scene, type: T, view?: OpenView) {
  const { world, team, person } = scene;
  return {
    type,
    token: verificationToken,
    ...placeFields(team, team.enterprise),
    is_enterprise_install: isOrgInstall(scene),
    user: { id: person.id, username: person.name, name: person.name, team_id: person.homeTeamId },
    api_app_id: world.app.id,
    trigger_id: world.triggers.mint({ teamId: team.id, userId: person.id, ...(view ? { viewId: view.id } : {}) }),
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
 * github.com/slackapi/bolt-python, `tests/scenario_tests/test_view_submission.py`.
 */
function windowPlace(scene: Scene, { team: here, enterprise }: Place, open: OpenView) {
  const view = viewFields(scene, open);
  const { team, person } = scene;
  const { homeTeamId: id, homeEnterprise } = person;
  return id === team.id
    ? { team: here, enterprise, view }
    : { ...placeFields({ id, domain: id.toLowerCase() }, homeEnterprise), view: { ...view, team_id: id } };
}

/** Source of the organisation's id in the place of the team's: docs.slack.dev, Work Objects, a submitted edit. */
function viewFields(scene: Scene, view: OpenView) {
  const { world, team } = scene;
  const described = world.views.describe(view, team);
  const values = sentValues(view.values, world.clients.emptyRichText);
  const fields = { ...described, state: { ...described.state, values } };
  return isOrgInstall(scene) && team.enterprise ? { ...fields, app_installed_team_id: team.enterprise.id } : fields;
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

function isOrgInstall({ world, team }: Omit<Scene, 'person'>): boolean {
  return world.tokens.botOf(team.id, team.enterprise?.id)?.teamId === null;
}

function actionTs(world: World): string {
  return (world.clock.now() / 1000).toFixed(6);
}

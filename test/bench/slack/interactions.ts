import { createHmac } from 'node:crypto';

/** The one workspace of the benchmark, and the secret that its requests are signed with. */
export const workspace = {
  team: 'T0BENCH01',
  channel: 'C0BENCH01',
  app: 'A0BENCH01',
  bot: 'B0BENCH01',
  botUser: 'U0BENCH01',
  botToken: 'xoxb-bench-0123456789',
  signingSecret: 'be0c45160165ec4e70123456789abcde',
} as const;

/** The id of a person; they are numbered from 0. */
export function userId(person: number): string {
  return `U${String(person + 1).padStart(7, '0')}`;
}

/** The form of a slash command. Source: docs.slack.dev, "Implementing slash commands". */
export function commandForm(command: { person: number; text: string; trigger: string; responseUrl: string }): string {
  const user = userId(command.person);
  return new URLSearchParams({
    token: 'verification-token',
    team_id: workspace.team,
    team_domain: 'bench',
    channel_id: workspace.channel,
    channel_name: 'general',
    user_id: user,
    user_name: user.toLowerCase(),
    command: '/b24task',
    text: command.text,
    api_app_id: workspace.app,
    is_enterprise_install: 'false',
    response_url: command.responseUrl,
    trigger_id: command.trigger,
  }).toString();
}

/** The form of a submitted modal with every input filled in with `value`. */
export function submissionForm(submission: { person: number; view: View; value: string; trigger: string }): string {
  const { person, view, value, trigger } = submission;
  const user = userId(person);
  const values = Object.fromEntries(
    view.blocks.flatMap(({ type, block_id, element }) =>
      type === 'input' && element
        ? [[block_id ?? '', { [element.action_id ?? '']: { type: element.type, value } }]]
        : [],
    ),
  );
  const payload = {
    type: 'view_submission',
    token: 'verification-token',
    team: { id: workspace.team, domain: 'bench' },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: workspace.team },
    api_app_id: workspace.app,
    trigger_id: trigger,
    view: { ...view, ...viewFields(person), state: { values } },
    response_urls: [],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A view as the app gave it; what is not named is handed back as it came. */
export type View = {
  readonly blocks: readonly {
    readonly type: string;
    readonly block_id?: string | undefined;
    readonly element?: { readonly type: string; readonly action_id?: string | undefined } | undefined;
  }[];
};

/** What Slack adds to a view of the app. */
export function viewFields(person: number) {
  const id = `V0${userId(person)}`;
  return {
    id,
    team_id: workspace.team,
    app_id: workspace.app,
    app_installed_team_id: workspace.team,
    bot_id: workspace.bot,
    root_view_id: id,
    previous_view_id: null,
    hash: '1700000000.bench',
    external_id: '',
  };
}

/** Headers of a request that Slack sends now. Source: docs.slack.dev, "Verifying requests from Slack". */
export function signedHeaders(body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
}

import { onTestFinished } from 'vitest';
import type { Installation } from '../../src/domain/installation.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { PersonSeed, WorkspaceSeed } from '../../src/sandbox/slack/options.ts';
import type { Fault } from '../../src/sandbox/slack/state/faults.ts';
import type { SlackSettings, SurfaceDeps } from '../../src/slack/ports.ts';
import { delivery, fakeUseCases, type Harness, identity, type Mode, openHarness, task } from './harness.ts';

/** The organisation of the workspace with the app, in tests where it is in one. */
export const grid = { id: 'E0GRID0000', name: 'Grid' };

/** The organisation of people from outside. */
export const rival = { id: 'E0RIVAL000', name: 'Rival' };

/** People in a channel that is shared with the workspace that has the app. */
export const elsewhere = {
  'a workspace of its own': { name: 'eve', homeTeamId: 'T0OTHER000' },
  'another organisation': { name: 'eve', homeTeamId: 'T0RIVAL000', homeEnterprise: rival },
} as const;
/** Somebody of another workspace of our organisation. */
export const sister: PersonSeed = { name: 'eve', homeTeamId: 'T0SISTER00', homeEnterprise: grid };

/** Where the app is, and how it was installed there. */
export const owns = {
  'a workspace, with its token': { kind: 'token' },
  'a workspace of an organisation, with its token': { kind: 'token', enterprise: grid },
  'a workspace that installed it': { kind: 'workspace' },
  'a workspace of an organisation that installed it': { kind: 'workspace', enterprise: grid },
  'an organisation that installed it everywhere': { kind: 'organisation', enterprise: grid },
} as const;

/** One of them. */
export type Own = { readonly kind: 'token' | 'workspace' | 'organisation'; readonly enterprise?: typeof grid };

/** The tenant of everybody who acts there. */
export const tenantOf = ({ enterprise }: Own) => enterprise?.id ?? 'T0ACME0000';
type Shared = {
  readonly own: Own;
  readonly seed: PersonSeed;
  readonly mode: Mode;
  readonly allowGuests?: boolean;
  readonly rules?: SurfaceDeps['rules'];
  /** The organisation that the installation knows of; that of the workspace unless given. */
  readonly knowsOf?: string | undefined;
  readonly defaultsBy?: SurfaceDeps['defaultsBy'];
  /** What Slack answers to `auth.test`. */
  readonly telling?: Fault;
};

/** The surface in a workspace with Anna, and Eve in the channel that it shares. Work in Bitrix24 is only noted. */
export async function openShared(shared: Shared) {
  const { own, seed, mode, allowGuests = true, rules, telling, defaultsBy = 'anyone', ...known } = shared;
  const { enterprise, kind } = own;
  const workspace: WorkspaceSeed = {
    domain: 'acme',
    ...(enterprise ? { enterprise } : {}),
    people: [{ name: 'anna' }, seed],
    channels: [{ name: 'shared', shared: true, withApp: true }],
  };
  const asked: string[] = [];
  const installations = new Map<string, Installation>();
  const harness = await openHarness({
    mode,
    slack: {
      workspaces: [workspace],
      app: { redirectUris: ['https://app.example/'], tokenRotation: kind === 'organisation' },
    },
    settings: kind === 'token' ? {} : { access: { kind: 'installations', find: findIn(installations) } },
    deps: { ...notingUseCases((person) => asked.push(personKey(person))), rules: rules ?? { allowGuests }, defaultsBy },
    prepare: (slack) => void (telling && slack.fault('auth.test', telling)),
  });
  onTestFinished(() => harness.close());
  const { id, token } =
    kind === 'organisation'
      ? { id: grid.id, token: await installEverywhere(harness) }
      : { id: 'T0ACME0000', token: harness.slack.botToken() };
  const knowsOf = 'knowsOf' in known ? known.knowsOf : kind === 'workspace' ? enterprise?.id : undefined;
  const bot = { token: new Secret(token), userId: 'UBOT', scopes: [] };
  installations.set(id, { id, name: 'Acme', bot, installedAt: 0, ...(knowsOf ? { enterprise: knowsOf } : {}) });
  return {
    own,
    harness,
    eve: harness.slack.as('eve'),
    /** Whom the use cases were asked about since it was asked last, each once. */
    take: () => [...new Set(asked.splice(0))],
    settled: () => harness.surface.stop(),
  };
}

type Opened = Awaited<ReturnType<typeof openShared>>;

function findIn(installations: ReadonlyMap<string, Installation>) {
  const find: Extract<SlackSettings['access'], { kind: 'installations' }>['find'] = async ({ team, enterprise }) =>
    installations.get(team) ?? installations.get(enterprise ?? '');
  return find;
}

function notingUseCases(note: (person: Person) => void): Partial<SurfaceDeps> {
  const { linking, deliveries, tasks, defaults } = fakeUseCases();
  return {
    linking: {
      ...linking,
      async find(person) {
        note(person);
        return identity();
      },
      async linkWebhook(person) {
        note(person);
        return { ok: true, value: { account: identity().account, resumed: 0, cancelled: 0 } };
      },
    },
    async accept({ person }) {
      note(person);
      return {
        kind: 'accepted',
        id: 'delivery-1',
        portal: identity().account.portal,
        task: task(51),
        bitrixUserId: '7',
      };
    },
    async resend({ person }) {
      note(person);
      return { kind: 'gone' };
    },
    tasks: {
      ...tasks,
      async suggest({ person }) {
        note(person);
        return { groups: [{ kind: 'found', tasks: [{ task: task(51) }] }] };
      },
    },
    deliveries: {
      ...deliveries,
      async listOpen(person) {
        note(person);
        return [];
      },
    },
    defaults: {
      ...defaults,
      async list(person) {
        note(person);
        return [];
      },
    },
  };
}

/** The token of the organisation, which works in all its workspaces. */
async function installEverywhere({ slack }: Harness): Promise<string> {
  const { clientId, clientSecret, redirectUris } = slack.app;
  const asked = new URL(slack.authorizeUrl);
  asked.search = String(
    new URLSearchParams({ client_id: clientId, redirect_uri: redirectUris[0] ?? '', scope: slack.app.scopes.join() }),
  );
  const code = new URL(slack.consent(asked.href, { org: true })).searchParams.get('code') ?? '';
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, code });
  const answer: unknown = await (await fetch(`${slack.apiUrl}oauth.v2.access`, { method: 'POST', body })).json();
  return String(Object(answer)['access_token']);
}

/** Makes every interaction there is, and tells whom the use cases were asked about at each. */
export async function actEverywhere(opened: Opened) {
  const { eve, harness, take } = opened;
  const seen: Record<string, string[]> = {};
  const interact = async (
    name: string,
    make: () => Promise<unknown>,
    until: () => Promise<unknown> = async () => {},
  ) => {
    take();
    await make();
    await until();
    seen[name] = take();
  };
  const form = () => eve.waitForView(({ content }) => content['submit'] !== undefined);

  await interact('a command', () => eve.command('/b24task 51 hello'));
  await interact('a message shortcut', async () => eve.shortcut('send_to_b24task', await eve.post('hello')), form);
  await eve.closeView({ all: true });
  await interact('a global shortcut', () => eve.shortcut('write_to_b24task'), form);
  await interact('a question for options', () => eve.suggest('task', '51'));
  await interact('a submitted form', async () => eve.submit({ task: '51', comment: 'hello' }));
  await eve.closeView({ all: true });
  await eve.command('/b24task connect');
  await form();
  await interact('a submitted link', () => eve.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' }));
  await eve.closeView({ all: true });
  await refuse(opened);
  await interact('a button in a message', () => eve.click('Send again'));
  await interact(
    'an opened Home tab',
    () => eve.openHome(),
    () => eve.waitForHome(() => true),
  );
  const home = await eve.waitForHome(() => true);
  await interact('a button on the Home tab', () => eve.click('b24task.write', { on: home }), form);
  await harness.surface.stop();
  return seen;
}

/** Tells somebody that their message was refused, with a button below it. */
async function refuse({ eve, harness: { slack, surface }, own: { enterprise } }: Opened) {
  const place = { channel: slack.directory.channel('shared').id };
  const team = { team: 'T0ACME0000', ...(enterprise ? { enterprise: enterprise.id } : {}) };
  const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure: { kind: 'no-access' } } });
  const route = { ...team, user: eve.id, locale: 'en', place } as const;
  await surface.reporter.report({ kind: 'final', delivery: refused, losses: [], route, attempts: 0 });
  await eve.waitFor(({ blocks }) => JSON.stringify(blocks).includes('Send again'));
}

/** Who was turned away, and why. */
export function denials({ log }: Harness) {
  return log.flatMap(({ fields: { person, denial } }) => (denial === undefined ? [] : [{ person, denial }]));
}

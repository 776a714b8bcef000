import { randomBytes } from 'node:crypto';
import { type Portal, startPortal } from '../../src/sandbox/bitrix24/portal.ts';
import { type SandboxSlack, startSlack } from '../../src/sandbox/slack/slack.ts';
import { fieldIds } from '../../src/slack/views/action-ids.ts';
import { patientSlack } from '../support/patient-slack.ts';
import { type Relay, startRelay } from './relay.ts';
import { portalLimitMs, slowness, timeoutMs } from './scale.ts';
import type { Settings } from './service-process.ts';

/** Somebody who writes. `userId` is who they are in Bitrix24. */
export type Writer = { readonly name: string; readonly userId: number };

/** The writer who changes credentials and accounts while messages wait. */
export const relinker: Writer = { name: 'anna', userId: 101 };

/** The writers who keep their credential and account. */
export const steadyWriters: readonly Writer[] = ['boris', 'chen', 'dora', 'emil', 'fatma', 'goran', 'hana'].map(
  (name, index) => ({ name, userId: 102 + index }),
);

/** The people of every run. */
export const writers = [relinker, ...steadyWriters] as const;

/** The second Bitrix24 user of `relinker`. */
export const otherAccountId = 199;

/** Tasks that everybody may write to. */
export const openTasks = [51, 52, 53] as const;

/** A task that nobody may write to. */
export const closedTask = 60;

/** Slack and the portal of a run, and what the service must be told about them. */
export type Harness = {
  readonly slack: SandboxSlack;
  readonly portal: Portal;
  /** The portal's address for the service, and the wire behind it, which can be broken while the portal works on. */
  readonly portalOrigin: string;
  readonly wire: Relay;
  readonly settings: Settings;
  /** Whether people's connections may read chats. */
  readonly readsChats: boolean;
  /** A place where nobody has written yet, so that every reply in it belongs to one message. */
  newPlace(writer: Writer): string;
  /** Links people as they would do it themselves. */
  link(people: readonly Writer[]): Promise<void>;
} & AsyncDisposable;

/** What differs between the portals of chaos runs. */
export type HarnessOptions = {
  readonly honoursKeys: boolean;
  readonly readsChats?: boolean;
  /** The portal ends a request after this. */
  readonly requestLimitMs?: number;
};

const rate = { burst: 50, perSecond: 60 };

/** Starts Slack and a portal that does not misbehave yet. */
export async function startHarness({
  honoursKeys,
  readsChats = false,
  requestLimitMs = portalLimitMs,
}: HarnessOptions): Promise<Harness> {
  const [slack, portal] = await Promise.all([
    startSlack({
      ...patientSlack,
      app: { signingSecret: randomBytes(16).toString('hex') },
      workspaces: [
        {
          domain: 'acme',
          people: writers.map(({ name }) => ({ name })),
          channels: [{ name: 'general', withApp: true }],
        },
      ],
    }),
    startPortal({
      honoursKeys,
      rate,
      requestLimitMs,
      seed: {
        users: [
          { id: 1, name: 'irina', lastName: '', admin: true },
          ...writers.map(({ name, userId }) => ({ id: userId, name, lastName: '' })),
          { id: otherAccountId, name: 'somebody', lastName: 'else' },
        ],
        tasks: [
          ...openTasks.map((id) => ({ id, title: `Task ${id}`, creatorId: 1 })),
          { id: closedTask, title: 'Salaries', creatorId: 1, readers: [] },
        ],
      },
    }),
  ]);
  const portalPort = Number(new URL(portal.origin).port);
  const wire = await startRelay(() => portalPort);
  const portalOrigin = `http://127.0.0.1:${wire.port}`;
  let places = 0;

  return {
    slack,
    portal,
    portalOrigin,
    wire,
    readsChats,
    settings: {
      PATH: process.env['PATH'] ?? '',
      SLACK_SIGNING_SECRET: slack.app.signingSecret,
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_API_URL: slack.apiUrl,
      BITRIX24_PORTALS: portalOrigin,
      BITRIX24_RATE: `${rate.burst}/${rate.perSecond}`,
      BITRIX24_TIMEOUT_MS: String(timeoutMs),
      CHAOS_SLOWNESS: String(slowness),
      HOST: '127.0.0.1',
      PORT: '0',
    },
    newPlace(writer) {
      places += 1;
      const { id, teamId } = slack.directory.person(writer.name);
      const channel = `C9${String(places).padStart(8, '0')}`;
      const members = new Set([id]);
      slack.directory.channels.set(channel, {
        id: channel,
        teamId,
        name: `place-${places}`,
        kind: 'public',
        members,
        shared: false,
      });
      return channel;
    },
    async link(people) {
      for (const { name, userId } of people) {
        await linkAs({ slack, portal, portalOrigin, readsChats }, name, userId);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([slack.close(), portal.close(), wire.close()]);
    },
  };
}

/** Links one person through the modal as this Bitrix24 user. Rejects when the app does not say that it worked. */
export async function linkAs(
  { slack, portal, portalOrigin, readsChats }: Pick<Harness, 'slack' | 'portal' | 'portalOrigin' | 'readsChats'>,
  name: string,
  userId: number,
): Promise<void> {
  const person = slack.as(name);
  await person.closeView({ all: true });
  await person.command('/b24task link', { channel: 'general' });
  await person.waitForView(() => true);
  const { url } = portal.createWebhook({ userId, scopes: ['task', 'tasks', ...(readsChats ? ['im'] : [])] });
  const webhookUrl = url.replace(portal.origin, portalOrigin);
  const { errors } = await person.submit({ [fieldIds.webhookUrl.element]: webhookUrl });
  const problems = Object.values(errors);
  if (problems.length > 0) {
    throw new Error(`${name} could not be linked: ${problems.join(' ')}`);
  }
  const view = await person.waitForView(({ blocks }) => /Connected as|Not connected/.test(JSON.stringify(blocks)));
  await person.closeView({ all: true });
  if (!JSON.stringify(view.blocks).includes('Connected as')) {
    throw new Error(`${name} could not be linked`);
  }
}

import type { ChannelDefaults } from '../delivery/channel-default.ts';
import type { Examine } from '../delivery/examine.ts';
import type { TaskFinding } from '../delivery/find-task.ts';
import type { Clock } from '../delivery/ports.ts';
import type { MakePreview } from '../delivery/preview.ts';
import type { Accept, Resend } from '../delivery/submission.ts';
import type { DraftStore } from '../delivery/target-ports.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { Account, Identity } from '../domain/identity.ts';
import type { Installation } from '../domain/installation.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import type { Secret } from '../domain/secret.ts';
import type { AdmissionRules } from '../linking/admit.ts';
import type { Connecting } from '../linking/consent.ts';

/** How the surface reaches Slack and Slack reaches it. `slackApiUrl` ends with `/api/`. */
export type SlackSettings = {
  readonly transport:
    | { readonly mode: 'http'; readonly signingSecret: Secret }
    | { readonly mode: 'socket'; readonly appToken: Secret };
  readonly access: SlackAccess;
  readonly slackApiUrl: string;
};

/** Where bot tokens come from: one workspace, or whichever installation serves the workspace at hand. */
export type SlackAccess =
  | { readonly kind: 'one-workspace'; readonly botToken: Secret }
  | {
      readonly kind: 'installations';
      find(workspace: { readonly team: string; readonly enterprise?: string }): Promise<Installation | undefined>;
    };

/** What came of linking with a webhook. */
export type LinkResult =
  | {
      readonly ok: true;
      readonly value: { readonly account: Account; readonly resumed: number; readonly cancelled: number };
    }
  | { readonly ok: false; readonly failure: LinkFailure | PortalFailure | { readonly kind: 'storage-unavailable' } };

/** The use cases of linking, as far as Slack needs them. Each rejects when the storage fails. */
export type SurfaceLinking = {
  find(person: Person): Promise<Identity | undefined>;
  linkWebhook(person: Person, urlText: string): Promise<LinkResult>;
  unlink(person: Person): Promise<{ readonly removed: boolean; readonly cancelled: number }>;
};

/** Connecting by consent. `portals`: the ones that may be connected; without them people say which. */
export type SurfaceConnecting = Pick<Connecting, 'begin' | 'waiting' | 'confirm' | 'decline'> & {
  readonly portals?: readonly PortalOrigin[];
};

/** What a person can see and do about deliveries; the outbox fits. */
export type SurfaceDeliveries = {
  listOpen(person: Person): Promise<readonly Delivery[]>;
  listEnded(person: Person, limit: number): Promise<readonly Delivery[]>;
  cancel(person: Person, id: string): Promise<'cancelled' | 'sending' | 'ambiguous' | 'ended' | 'absent'>;
};

/** Everything that the surface is given. */
export type SurfaceDeps = {
  readonly accept: Accept;
  readonly resend: Resend;
  readonly linking: SurfaceLinking;
  /** Nothing where the service has no application in Bitrix24. */
  readonly connecting?: SurfaceConnecting;
  readonly deliveries: SurfaceDeliveries;
  readonly rules: AdmissionRules;
  /** Deletes what belongs to a place that the app was removed from; `at` is when, epoch ms. */
  readonly removed: (removal: {
    readonly team?: string;
    readonly enterprise?: string;
    readonly at: number;
  }) => Promise<void>;
  readonly tasks: Omit<TaskFinding, 'titleOfDelivered'>;
  readonly defaults: ChannelDefaults;
  /** Who may set and clear the default tasks of channels. */
  readonly defaultsBy: 'anyone' | 'admins';
  readonly drafts: DraftStore;
  readonly preview: MakePreview;
  readonly examine: Examine;
  readonly clock: Clock;
  readonly log: Log;
};

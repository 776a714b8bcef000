import type { Diagnose } from '../delivery/diagnose.ts';
import type { Parking } from '../delivery/parking.ts';
import type { Outbox } from '../delivery/ports.ts';
import type { MakePreview } from '../delivery/preview.ts';
import type { Accept, Resend } from '../delivery/submission.ts';
import type { TakingBack } from '../delivery/take-back.ts';
import type { Clock } from '../domain/clock.ts';
import type { Removal } from '../domain/installation.ts';
import type { Log } from '../domain/log.ts';
import type { OwedAnswers } from '../domain/owed-answer.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import type { SlackTransport } from '../domain/slack-credentials.ts';
import type { AccessRules } from '../linking/access-rules.ts';
import type { Connecting } from '../linking/consent.ts';
import type { Linking } from '../linking/link.ts';
import type { Preferences, UsedOnce } from '../linking/ports.ts';
import type { ChannelDefaults } from '../tasks/channel-default.ts';
import type { TaskFinder } from '../tasks/find-task.ts';
import type { DraftStore } from '../tasks/ports.ts';
import type { ShowTask } from '../tasks/show-task.ts';
import type { SlackAccess } from './web-api/clients.ts';
import type { SlackCallObserver } from './web-api/observed-fetch.ts';

/** How the surface reaches Slack and Slack reaches it. */
export type SlackSettings = {
  readonly transport: SlackTransport;
  readonly access: SlackAccess;
  /** Ends with `/api/`. */
  readonly slackApiUrl: string;
};

/** Connecting by OAuth. */
export type SurfaceConnecting = Pick<Connecting, 'begin' | 'waiting' | 'confirm' | 'decline'> & {
  /** The portals that may be connected; without them people enter the address of theirs. */
  readonly portals?: readonly PortalOrigin[];
};

/** Everything that the surface is given. */
export type SurfaceDeps = {
  readonly accept: Accept;
  readonly resend: Resend;
  readonly linking: Pick<Linking, 'find' | 'linkWebhook' | 'unlink' | 'leave'>;
  /** `undefined` where the service has no application in Bitrix24. */
  readonly connecting?: SurfaceConnecting;
  /** The portals that people may link; without a list, any public one. */
  readonly portals?: readonly PortalOrigin[] | undefined;
  readonly deliveries: Pick<Outbox, 'listOpen' | 'listEnded' | 'cancel' | 'wordingsOf' | 'contentOf'>;
  readonly rules: AccessRules;
  /** Deletes what belongs to a place that the app was removed from. */
  readonly removed: (removal: Removal) => Promise<void>;
  readonly tasks: Omit<TaskFinder, 'titleOfDelivered'>;
  readonly showTask: ShowTask;
  readonly defaults: ChannelDefaults;
  /** Who may set and clear the default tasks of channels. */
  readonly defaultsBy: 'anyone' | 'admins';
  /** What the form begins with; its sender decides. */
  readonly announce: 'off' | 'reaction' | 'reply';
  readonly preferences: Preferences;
  readonly drafts: DraftStore;
  readonly takingBack: TakingBack;
  readonly owedAnswers: OwedAnswers;
  readonly preview: MakePreview;
  readonly diagnose: Diagnose;
  /** Remembers the signatures of Slack's requests for longer than they are fresh, for all replicas. */
  readonly usedSignatures: UsedOnce;
  /** How many replicas share Slack's limits; one where it is absent. */
  readonly replicas?: () => number;
  /** Looks whether the person's link works now, and lets go on what waits for it. */
  readonly tryLink: Parking['look'];
  readonly clock: Clock;
  readonly log: Log;
  /** Is told of every post to a response URL. */
  readonly observe?: SlackCallObserver | undefined;
};

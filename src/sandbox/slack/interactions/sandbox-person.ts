import type { Json, JsonObject } from '../json.ts';
import type { Answer } from '../sending/delivery.ts';
import type { EnvelopeType } from '../sending/socket-mode.ts';
import type { Channel } from '../state/directory.ts';
import type { NewFile, SlackFile } from '../state/files.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { OpenView } from '../state/views.ts';
import type { SubmissionOutcome } from './acknowledge.ts';
import type { InteractionContext } from './payloads.ts';
import type { Host, Screen } from './screen.ts';

interface Suggestions extends Answer {
  readonly options: readonly JsonObject[];
}

interface Submission extends Answer {
  /** `blocked`: Slack's own client refuses to submit (see `errors`), so nothing was sent. */
  readonly outcome: SubmissionOutcome | 'blocked';
  /** By block id; under '' what Slack itself says. */
  readonly errors: Readonly<Record<string, string>>;
}

/** How long to wait, and for which messages. */
export type Waiting = {
  /** Real time; `waitMs` unless given. */
  readonly timeoutMs?: number;
  /** Only messages that came after this one. */
  readonly after?: SeenMessage | number;
};

/**
 * A person at the keyboard. Channels are given by name or id; without one, `channel` of `as()` or the first channel.
 */
export type SandboxPerson = {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  /** Types a slash command. `raw`: the text reaches the app exactly as given, not escaped by Slack. */
  command(line: string, options?: { channel?: string; raw?: boolean }): Promise<Answer>;
  /** Uploads a file, which nobody else sees before it is posted or put into a form (`submit` takes its id). */
  upload(file: NewFile): SlackFile;
  /** Posts a message: typed text, or a whole Slack message object; files are shared where it stands. */
  post(
    message: string | JsonObject,
    options?: { channel?: string; threadTs?: string; files?: readonly SlackFile[] },
  ): Promise<SeenMessage>;
  /** Uses a message shortcut; without a message, a global shortcut. */
  shortcut(callbackId: string, message?: SeenMessage): Promise<Answer>;
  /**
   * Presses a button (by action id or text), or chooses from an overflow menu (by its text there). Looked for in `on`,
   * else in the open modal, else in the newest message that has it, else on the home tab.
   */
  click(target: string, options?: { on?: Host; option?: string }): Promise<Answer>;
  /** Enters a value into any element; the app hears of it where Slack would tell it. */
  select(target: string, value: Json, options?: { on?: Host }): Promise<Answer>;
  /** Types into an external select and reads its options. */
  suggest(target: string, query: string, options?: { on?: Host }): Promise<Suggestions>;
  /** Fills in the topmost modal (by action id, block id or label) and submits it. */
  submit(values?: JsonObject, options?: { view?: OpenView; force?: boolean }): Promise<Submission>;
  /** Closes the topmost modal, or all of them. An answer comes back where the app asked to be told. */
  closeView(options?: { all?: boolean }): Promise<Answer | undefined>;
  openHome(): Promise<Answer>;
  /** The topmost modal. */
  view(): OpenView | undefined;
  home(): OpenView | undefined;
  seen(): SeenMessage[];
  waitFor(predicate: (message: SeenMessage) => boolean, options?: Waiting): Promise<SeenMessage>;
  waitForView(predicate: (view: OpenView) => boolean, timeoutMs?: number): Promise<OpenView>;
  waitForHome(predicate: (view: OpenView) => boolean, timeoutMs?: number): Promise<OpenView>;
};

/** What the interactions of a person work with. */
export type InteractionDeps = {
  readonly context: InteractionContext;
  readonly screen: Screen;
  /** The channel where this person types unless told otherwise. */
  readonly home?: Channel;
  send(type: EnvelopeType, payload: JsonObject, settle?: (answer: Answer) => void): Promise<Answer>;
};

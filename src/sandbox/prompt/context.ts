import type { Sandbox } from '../sandbox.ts';
import type { SandboxPerson } from '../slack/interactions/sandbox-person.ts';
import type { SlackFile } from '../slack/state/files.ts';
import type { Screen } from './screen.ts';

/** What the prompt's commands work with. */
export type PromptContext = {
  readonly sandbox: Sandbox;
  readonly screen: Screen;
  /** The person who types now. */
  person(): SandboxPerson;
  /** The name of the channel in which they type. */
  channel(): string;
  /** Files that the next message is posted with; taken by whoever posts it. */
  readonly attached: SlackFile[];
  /** Types as another person, or in another channel, from now on. */
  moveTo(place: { readonly name?: string; readonly channel?: string }): void;
};

/** One thing that can be typed at the prompt. */
export type PromptCommand = {
  readonly form: string;
  readonly does: string;
  run(context: PromptContext, rest: string): Promise<void> | void;
};

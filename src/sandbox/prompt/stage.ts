import type { SandboxPerson } from '../slack/interactions/door.ts';
import type { SandboxWorld } from '../world.ts';
import type { Screen } from './screen.ts';

/** What the prompt's commands work with. */
export type Stage = {
  readonly world: SandboxWorld;
  readonly screen: Screen;
  /** The person who types now. */
  person(): SandboxPerson;
  /** The name of the channel in which they type. */
  channel(): string;
  /** Types as another person, or in another channel, from now on. */
  moveTo(place: { readonly name?: string; readonly channel?: string }): void;
};

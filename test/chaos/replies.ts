import type { SandboxSlack } from '../../src/sandbox/slack/slack.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { writers } from './harness.ts';

/** What a reply says about its message. `not-taken`: nothing was sent, and nothing will be. */
export type Meaning =
  | 'delivered'
  | 'refused'
  | 'unknown'
  | 'expired'
  | 'cancelled'
  | 'not-taken'
  | 'unconfirmed'
  | 'waiting'
  | 'about-a-button'
  | 'from-slack'
  | 'strange';

/** How a message can have ended. */
export const finalMeanings: readonly Meaning[] = ['delivered', 'refused', 'unknown', 'expired', 'cancelled'];

/** One thing that a sender read. */
export type Reply = { readonly meaning: Meaning; readonly seen: SeenMessage };

const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [/^Sent to /, 'delivered'],
  [/^\*Not sent yet/, 'waiting'],
  [/^\*Not confirmed yet/, 'waiting'],
  [/^\*Being sent/, 'waiting'],
  [/^\*It is not certain/, 'unknown'],
  [/^\*(?:Not|Only partly) sent\*.*It waited for/, 'expired'],
  [/^\*(?:Not|Only partly) sent\*.*(?:You took it back|You disconnected|It was written as another)/, 'cancelled'],
  [/^\*(?:Not|Only partly) sent\*/, 'refused'],
  [/^\*Nothing was sent/, 'not-taken'],
  [/^(?:\*Not confirmed:|\*Something in the app went wrong)/, 'unconfirmed'],
  [
    /^(?:Taken back:|Too late to take|It cannot be taken back|It has ended already|This is taking longer)/,
    'about-a-button',
  ],
];

/** What everybody read so far, by the place where the message was typed that it is about. */
export function readReplies(slack: SandboxSlack): ReadonlyMap<string, readonly Reply[]> {
  const all = writers.flatMap(({ name }) => slack.seenBy(name));
  return Map.groupBy(
    all.toSorted((one, other) => one.order - other.order).map((seen) => ({ meaning: meaningOf(seen), seen })),
    ({ seen }) => placeOf(seen),
  );
}

/** What a reply means. */
export function meaningOf(seen: SeenMessage): Meaning {
  if (seen.via === 'slack') {
    return 'from-slack';
  }
  return meanings.find(([pattern]) => pattern.test(seen.text))?.[1] ?? 'strange';
}

/** Whether this tells how a message ended. */
export function isFinal(seen: SeenMessage): boolean {
  return finalMeanings.includes(meaningOf(seen));
}

/** Where the message was typed that this is about: a direct message names the place. */
export function placeOf(seen: SeenMessage): string {
  if (!seen.channel.startsWith('D')) {
    return seen.channel;
  }
  return /<#(C9\d{8})/.exec(JSON.stringify(seen.blocks))?.[1] ?? seen.channel;
}

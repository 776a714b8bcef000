import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../options.ts';

/** A trigger id is valid for three seconds and can be used once. Source: docs.slack.dev, handling user interaction. */
const slackTriggerLifeMs = 3000;

type Trigger = {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  /** The view in which a person acted, for views.push. */
  readonly viewId?: string;
};

type TakenTrigger =
  | { readonly ok: true; readonly trigger: Trigger }
  | { readonly ok: false; readonly error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

/** The trigger ids that were issued. */
export type Triggers = {
  /** Issues a trigger id. */
  mint(owner: { teamId: string; userId: string; viewId?: string }): string;
  /** Uses a trigger up, or gives Slack's error. A trigger of another workspace is invalid. */
  take(id: string, teamId: string): TakenTrigger;
};

/** Creates a store without triggers. `lifeMs`: how long a trigger is valid, by default as long as Slack's. */
export function createTriggers(clock: SandboxClock, lifeMs = slackTriggerLifeMs): Triggers {
  const issued = new Map<string, { trigger: Trigger; at: number; used: boolean }>();
  let count = 1_000_000;
  return {
    mint(owner) {
      count += 1;
      const id = `${count}.${Math.floor(clock.now() / 1000)}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { trigger: { id, ...owner }, at: clock.now(), used: false });
      return id;
    },
    take(id, teamId) {
      const found = issued.get(id);
      if (found === undefined || found.trigger.teamId !== teamId) {
        return { ok: false, error: 'invalid_trigger_id' };
      }
      if (found.used) {
        return { ok: false, error: 'exchanged_trigger_id' };
      }
      if (clock.now() - found.at > lifeMs) {
        return { ok: false, error: 'expired_trigger_id' };
      }
      found.used = true;
      return { ok: true, trigger: found.trigger };
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../options.ts';

/** Slack: "trigger_ids expire three seconds after they were issued" and can be used once. */
const slackTriggerLifeMs = 3000;

type Trigger = {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  /** The view in which the gesture was made, for views.push. */
  readonly viewId?: string;
};

type TakenTrigger =
  | { readonly ok: true; readonly trigger: Trigger }
  | { readonly ok: false; readonly error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

/** The trigger ids that were issued. */
export type Triggers = {
  mint(owner: { teamId: string; userId: string; viewId?: string }): string;
  /** Uses a trigger up. A trigger of another workspace is invalid. */
  take(id: string, teamId: string): TakenTrigger;
};

/** Creates a store without triggers. `lifeMs`: as long as Slack's own unless given. */
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

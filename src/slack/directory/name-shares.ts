import type { Clock } from '../../domain/clock.ts';
import { type Person, personKey } from '../../domain/person.ts';
import { type Allowance, createBudget } from '../web-api/budget.ts';
import type { Workspace } from '../web-api/clients.ts';

/**
 * Names are nice to have, and share Slack's limits with what must work: who somebody is who acts, and their language.
 * So each person and each workspace looks up so many names of a kind, and the labels that Slack sent serve for the
 * others.
 * Source: docs.slack.dev: `users.info` is of tier 4 (over 100 a minute), `conversations.info` and `bots.info` of tier 3
 * (over 50), per workspace; a workspace comes to 60 users, 30 channels and 30 apps in the worst minute.
 */
const userShare = { person: { burst: 25, perMinute: 10 }, workspace: { burst: 40, perMinute: 20 } };
const channelShare = { person: { burst: 10, perMinute: 5 }, workspace: { burst: 20, perMinute: 10 } };
const botShare = { person: { burst: 10, perMinute: 5 }, workspace: { burst: 20, perMinute: 10 } };

/** Whether a person may look up one more, of their own share and of that of their workspace. */
export type MayAsk = (who: Person, where: Workspace) => boolean;

/** What may be looked up of each kind of name. */
export type NameShares = { readonly user: MayAsk; readonly channel: MayAsk; readonly bot: MayAsk };

/** Creates full shares. Those of workspaces are for all replicas together. */
export function createNameShares(clock: Clock, replicas?: () => number): NameShares {
  return {
    user: createShares(userShare, clock, replicas),
    channel: createShares(channelShare, clock, replicas),
    bot: createShares(botShare, clock, replicas),
  };
}

type Shares = { readonly person: Allowance; readonly workspace: Allowance };

/** Creates full shares of one kind of call. Those of workspaces are for all replicas together. */
export function createShares({ person, workspace }: Shares, clock: Clock, replicas?: () => number): MayAsk {
  const now = () => clock.monotonic();
  const [ofPersons, ofWorkspaces] = [createBudget(person, now), createBudget(workspace, now, replicas)];
  return (who, { team }) => {
    const key = personKey(who);
    if (!ofPersons.draw(key)) {
      return false;
    }
    if (ofWorkspaces.draw(team)) {
      return true;
    }
    ofPersons.giveBack(key);
    return false;
  };
}

import type { types } from '@slack/bolt';
import type { Log } from '../../domain/log.ts';
import type { Person } from '../../domain/person.ts';
import { textsIn } from '../../locales/locale.ts';
import { logFault } from '../../observability/fault.ts';
import { type AccessPolicy, wordsFor } from '../directory/access-policy.ts';
import type { People } from '../directory/people.ts';
import type { SurfaceDeps } from '../ports.ts';
import { brokenHomeView, homeView, refusedHomeView } from '../views/home-view.ts';
import { maxListed as maxWaiting } from '../views/status-message.ts';
import type { Workspace } from '../web-api/clients.ts';
import { aboutDeliveries } from './about-deliveries.ts';

/** What reading the content of the Home tab needs. */
export type HomeContentDeps = {
  readonly people: People;
  readonly accessPolicy: AccessPolicy;
  readonly linking: Pick<SurfaceDeps['linking'], 'find'>;
  readonly deliveries: Pick<SurfaceDeps['deliveries'], 'listOpen' | 'listEnded' | 'wordingsOf'>;
  readonly tasks: Pick<SurfaceDeps['tasks'], 'knownTitle'>;
  readonly defaults: Pick<SurfaceDeps['defaults'], 'list'>;
  readonly log: Log;
};

/** What a person's Home tab shows now. A broken storage is shown as well, with a reference. */
export type HomeContent = (person: Person, workspace: Workspace) => Promise<types.HomeView>;

const maxListed = 10;

/** Creates the content of Home tabs. */
export function createHomeContent({ people, log, ...deps }: HomeContentDeps): HomeContent {
  return async (person, workspace) => {
    const texts = textsIn(await people.localeFor(workspace, person));
    try {
      const denial = await deps.accessPolicy.denialFor({ workspace, person });
      if (denial) {
        return refusedHomeView(wordsFor(denial, texts));
      }
      const [identity, [open, ended], defaults] = await Promise.all([
        deps.linking.find(person),
        listDeliveries(deps.deliveries, person),
        deps.defaults.list(person),
      ]);
      const abouts = await aboutDeliveries(deps, person, [...open.slice(0, maxWaiting), ...ended]);
      return homeView({ identity, open, ended, defaults, abouts }, texts);
    } catch (error) {
      return brokenHomeView(logFault(log, { error }, 'a Home tab could not be made'), texts);
    }
  };
}

/** One after the other: what ends meanwhile is in both lists rather than in none. */
async function listDeliveries({ listOpen, listEnded }: HomeContentDeps['deliveries'], person: Person) {
  const open = await listOpen(person);
  const ended = await listEnded(person, maxListed);
  const endedIds = new Set(ended.map(({ id }) => id));
  return [open.filter(({ id }) => !endedIds.has(id)), ended] as const;
}

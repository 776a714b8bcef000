import type { Authors } from '../directory/authors.ts';
import type { BotScopes } from '../directory/bot-scopes.ts';
import type { OwnPlaces } from '../directory/own-places.ts';
import type { People } from '../directory/people.ts';
import type { Threads } from '../directory/threads.ts';
import type { SurfaceDeps } from '../ports.ts';
import type { HomeTab } from '../replies/home-tab.ts';
import type { InteractionRunner } from './interaction-runner.ts';

/** What the listeners need: the use cases, and the runner that answers in time. */
export type ListenerDeps = SurfaceDeps & {
  readonly runner: InteractionRunner;
  readonly home: HomeTab;
  readonly people: People;
  readonly places: OwnPlaces;
  readonly authors: Authors;
  readonly threads: Threads;
  readonly botScopes: BotScopes;
};

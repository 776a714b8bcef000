import type { Frame } from '../answering/frame.ts';
import type { HomeTab } from '../home-tab.ts';
import type { People } from '../people.ts';
import type { SurfaceDeps } from '../settings.ts';

/** What the listeners work with: the use cases, and the frame that answers in time. */
export type Toolbox = SurfaceDeps & {
  readonly frame: Frame;
  readonly home: HomeTab;
  readonly people: People;
};

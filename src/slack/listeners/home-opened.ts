import type { HomeOpened } from '../receiving/event.ts';
import type { HomeTab } from '../replies/home-tab.ts';

/** The listener of `app_home_opened`; the Messages tab raises the same event and needs nothing. */
export function onHomeOpened(home: HomeTab): (received: HomeOpened) => Promise<void> {
  return async ({ person, workspace, tab }) => {
    if (tab !== 'messages') {
      await home.show(person, workspace);
    }
  };
}

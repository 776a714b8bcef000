import type { HomeTab } from '../home-tab.ts';
import type { HomeOpened } from '../receiving/event.ts';

/** The listener of `app_home_opened`; the Messages tab raises the same event and needs nothing. */
export function onHomeOpened(home: HomeTab): (received: HomeOpened) => Promise<void> {
  return async ({ person, workspace, tab }) => {
    if (tab !== 'messages') {
      await home.show(person, workspace);
    }
  };
}

import type { OwnPlaces } from '../directory/own-places.ts';
import type { HomeOpened } from '../receiving/event.ts';
import { tenantIn } from '../receiving/read-actor.ts';
import type { HomeTab } from '../replies/home-tab.ts';

/** The listener of `app_home_opened`; the Messages tab raises the same event and needs nothing. */
export function onHomeOpened(home: HomeTab, places: OwnPlaces): (received: HomeOpened) => Promise<void> {
  return async ({ user, workspace: named, tab }) => {
    if (tab === 'messages') {
      return;
    }
    const workspace = await places.of(named);
    await home.show({ tenant: tenantIn(workspace), user }, workspace);
  };
}

import type { Texts } from '../../locales/en.ts';
import type { SafeText } from '../../locales/shown.ts';
import type { Page } from '../../web/page.ts';

type InstallTexts = Texts['installation'];

/** Where an installation begins. `address` leads to Slack's own page. */
export function installPage({ begin, addToSlack }: InstallTexts, address: string): Page {
  return { ...begin, link: { words: addToSlack, address } };
}

/** The app is installed; `address` opens it in Slack. */
export function installedPage({ installed, openSlack }: InstallTexts, name: SafeText, address: string): Page {
  return { ...installed(name), link: { words: openSlack, address } };
}

/** An attempt that came to nothing, and where to begin again. */
export function failurePage(
  { cancelled, stale, broken, again }: InstallTexts,
  kind: 'cancelled' | 'stale' | 'broken',
  facts: { readonly again: string; readonly reference: SafeText },
): Page {
  const page = { cancelled, stale, broken: broken(facts.reference) }[kind];
  return { ...page, link: { words: again, address: facts.again } };
}

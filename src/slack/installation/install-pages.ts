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

/** An attempt that came to nothing, and the address where to begin again. */
export function failurePage({ again }: InstallTexts, page: Page, address: string): Page {
  return { ...page, link: { words: again, address }, isEnd: true };
}

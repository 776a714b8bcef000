import { z } from 'zod';
import type { Harness } from './harness.ts';

/** A browser as far as these pages need one: it keeps cookies, and follows redirects to where it is. */
export type PlainBrowser = { visit(address: string, headers?: Record<string, string>): Promise<Visited> };

/** What a browser has loaded. */
export type Visited = {
  readonly status: number;
  /** Where the page is, after redirects. */
  readonly address: string;
  readonly headers: Headers;
  readonly html: string;
  /** What a reader sees, without mark-up. */
  readonly text: string;
  /** Where the one link of the page leads. */
  readonly link: string | undefined;
};

/** A browser without cookies. */
export function openBrowser(): PlainBrowser {
  const cookies = new Map<string, string>();
  return {
    async visit(address, headers = {}): Promise<Visited> {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(address, { redirect: 'manual', headers: { cookie, ...headers } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') {
          cookies.delete(name);
        } else {
          cookies.set(name, value);
        }
      }
      const html = await response.text();
      const target = new URL(response.headers.get('location') ?? '', address);
      if (response.status === 303 && target.origin === new URL(address).origin) {
        return this.visit(target.href, headers);
      }
      return {
        status: response.status,
        address,
        headers: response.headers,
        html,
        text: readable(html),
        link: linkIn(html),
      };
    },
  };
}

/** The person presses "Connect with Bitrix24" in the link window; gives the address that the next window leads to. */
export async function beginConnecting({ slack }: Harness, name: string): Promise<string> {
  const person = slack.as(name);
  await person.command('/b24task link');
  await person.waitForView(() => true);
  await person.click('b24task.connect');
  const view = await person.waitForView(({ blocks }) => addressIn(blocks) !== undefined);
  return addressIn(view.blocks) ?? '';
}

/** Goes to the portal and agrees there as `userId`; gives the address that the portal sends the browser back to. */
export async function agree({ portal }: Harness, browser: PlainBrowser, address: string, userId: number) {
  const page = await browser.visit(address);
  portal.browser.loginAs(userId);
  return portal.browser.approve(page.link ?? '');
}

/** The whole way of a person, up to the identity that they confirm. */
export async function connect(harness: Harness, name: string, userId: number): Promise<void> {
  const browser = openBrowser();
  const back = await browser.visit(await agree(harness, browser, await beginConnecting(harness, name), userId));
  const person = harness.slack.as(name);
  await person.waitForView(({ content }) => content['callback_id'] === 'b24task.confirm');
  await person.submit({ number: numberOn(back) });
  await person.closeView({ all: true });
}

/** The number that the page asks the person to enter in Slack. */
export function numberOn({ html }: Visited): string {
  return /<strong>(\d{4})<\/strong>/.exec(html)?.[1] ?? '';
}

const buttons = z.object({ elements: z.array(z.object({ url: z.string().optional() })) });

/** The address of the first button with one in some blocks; `undefined` when no button has one. */
export function addressIn(blocks: readonly unknown[]): string | undefined {
  const found = blocks.flatMap((block) => buttons.safeParse(block).data?.elements ?? []);
  return found.find(({ url }) => url !== undefined)?.url;
}

function linkIn(html: string): string | undefined {
  return /<a [^>]*href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
}

function readable(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

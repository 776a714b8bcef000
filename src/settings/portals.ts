import { z } from 'zod';
import { type PortalOrigin, portalOriginOf, type Rate } from '../domain/portal.ts';
import { commaList } from './values.ts';

/** How fast portals may be called: all, and those that are named. */
export type Rates = { readonly standard: Rate; readonly byPortal: ReadonlyMap<PortalOrigin, Rate> };

const addressRule = 'https://acme.bitrix24.com: with https://, and without a path behind the host';

/** Origins of portals between commas. */
export const portalList = commaList.transform((items, context) =>
  items.flatMap((item) => {
    const origin = bareOriginOf(item);
    if (!origin) {
      context.addIssue({ code: 'custom', message: `must be a comma list of portal addresses such as ${addressRule}` });
    }
    return origin ? [origin] : [];
  }),
);

/** `burst/perSecond`, or such rates of single portals between commas. */
export const portalRates = z.string().transform((text, context): Rates => {
  const byPortal = new Map<PortalOrigin, Rate>();
  const standards: Rate[] = [];
  for (const item of text.split(',')) {
    const problem = readRate(item.trim(), byPortal, standards);
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', message: problem });
    }
  }
  return { standard: standards[0] ?? { burst: 50, perSecond: 2 }, byPortal };
});

function readRate(item: string, byPortal: Map<PortalOrigin, Rate>, standards: Rate[]): string | undefined {
  const [, address, burst, perSecond] = /^(?:(.+)=)?(\d{1,6})\/(\d{1,6}(?:\.\d+)?)$/.exec(item) ?? [];
  const rate = { burst: Number(burst), perSecond: Number(perSecond) };
  if (burst === undefined) {
    return 'must be burst/perSecond, such as 50/2, or a comma list of origin=burst/perSecond';
  }
  if (rate.burst < 2 || rate.perSecond <= 0) {
    return 'must have a burst from 2 to 999999, and more than 0 per second up to 999999';
  }
  const origin = address === undefined ? undefined : bareOriginOf(address);
  if (address !== undefined && !origin) {
    return `must name portals by addresses such as ${addressRule}`;
  }
  if (origin ? byPortal.has(origin) : standards.length > 0) {
    return 'gives two rates for the same';
  }
  if (origin) {
    byPortal.set(origin, rate);
  } else {
    standards.push(rate);
  }
  return undefined;
}

function bareOriginOf(address: string): PortalOrigin | undefined {
  const origin = portalOriginOf(address);
  return origin && /^https?:\/\/[^/?#@\\]+\/?$/i.test(address) ? origin : undefined;
}

import { describe, expect, it } from 'vitest';
import { portalOriginOf } from '../../src/domain/portal.ts';

describe('the origin of a portal', () => {
  it.each([
    'https://acme.bitrix24.com',
    'https://acme.bitrix24.com./rest/',
    'https://ACME.bitrix24.com..:443',
    'http://127.0.0.1:8080...',
  ])('of %s is one that names itself', (address) => {
    const origin = portalOriginOf(address);
    expect(origin === undefined ? undefined : portalOriginOf(origin)).toBe(origin);
    expect(origin ?? '').not.toMatch(/\.(?::\d+)?$/);
  });

  it('has a host that DNS can know', () => {
    expect(portalOriginOf(`https://${'a'.repeat(60)}.example`)).toBeDefined();
    expect(portalOriginOf(`https://${'a'.repeat(250)}.example`)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { hasSameHost, portalOriginOf } from '../../src/domain/portal.ts';

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

  it.each([
    ['https://a.example', 'http://a.example', true],
    ['http://a.example:443', 'https://a.example', true],
    ['https://a.example:80', 'http://a.example', true],
    ['https://a.example:443', 'http://a.example:80', true],
    ['http://a.example:8080', 'https://a.example:8080', true],
    ['https://a.example:8443', 'https://a.example', false],
    ['https://a.example:4430', 'https://a.example', false],
    ['https://a.example:8043', 'https://a.example:43', false],
    ['https://b.a.example', 'https://a.example', false],
  ])('%s and %s differ in no more than the scheme: %s', (one, other, isSame) => {
    const [first, second] = [portalOriginOf(one), portalOriginOf(other)];
    expect(first && second && hasSameHost(first, second)).toBe(isSame);
  });

  it('has a host that DNS can know', () => {
    expect(portalOriginOf(`https://${'a'.repeat(60)}.example`)).toBeDefined();
    expect(portalOriginOf(`https://${'a'.repeat(250)}.example`)).toBeUndefined();
  });
});

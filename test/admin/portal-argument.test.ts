import { expect, it } from 'vitest';
import { portalArgument } from '../../src/admin/portal-argument.ts';

it.each([
  ['https://acme.bitrix24.com', 'https://acme.bitrix24.com'],
  ['https://Acme.bitrix24.com./company/personal/user/7/', 'https://acme.bitrix24.com'],
  ['acme.bitrix24.com', 'https://acme.bitrix24.com'],
  ['acme.bitrix24.com/tasks/', 'https://acme.bitrix24.com'],
  ['bitrix.example:8443', 'https://bitrix.example:8443'],
  ['http://bitrix.example', 'http://bitrix.example'],
  ['ftp://acme.bitrix24.com', undefined],
  ['no address', undefined],
  ['', undefined],
])('a portal named as "%s" is %s', (text, portal) => {
  expect(portalArgument(text)).toBe(portal);
});

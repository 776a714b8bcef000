import { lookup as askSystem } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHostLookup, type HostLookupDeps } from '../../src/bitrix24/host-lookup.ts';
import { createHostsFile } from '../../src/bitrix24/hosts-file.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openHarness } from './harness.ts';
import { type NameAnswer, startNameServer } from './name-server.ts';

const known: Readonly<Record<string, NameAnswer>> = {
  'acme.example': { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8:0:0:0:0:0:1'] },
  'old.example': { a: ['192.0.2.3'] },
  'new.example': { aaaa: ['2001:db8:0:0:0:0:0:2'] },
  'empty.example': {},
  'half.example': { a: ['192.0.2.4'], aaaa: 'silent' },
};

/** A lookup that asks a name server of this test. Names under `dead.example` are never answered. */
async function lookupWith(change: Partial<HostLookupDeps> = {}) {
  const clock = manualClock();
  const server = await startNameServer((name) => known[name] ?? (name.endsWith('dead.example') ? 'silent' : 'unknown'));
  const lookup = createHostLookup({ clock, servers: [server.address], hosts: () => [], ...change });
  return { clock, server, lookup };
}

const addresses = async (found: Promise<readonly { readonly address: string }[]>) =>
  (await found).map(({ address }) => address);

describe('the addresses of a host', () => {
  it.each([
    ['of both families, the older one first', 'acme.example', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['of one family', 'old.example', ['192.0.2.3']],
    ['of the other', 'new.example', ['2001:db8::2']],
  ])('are found %s', async (_, name, expected) => {
    const { lookup } = await lookupWith({ clock: systemClock });
    expect(await addresses(lookup(name))).toEqual(expected);
  });

  it.each([
    ['missing.example', 'ENOTFOUND'],
    ['empty.example', 'ENODATA'],
  ])('of %s are not there: %s', async (name, code) => {
    const { lookup } = await lookupWith();
    await expect(lookup(name)).rejects.toMatchObject({ code });
  });

  it('are asked for again each time', async () => {
    const { lookup, server } = await lookupWith();
    await lookup('new.example');
    await lookup('new.example');
    expect(server.asked).toHaveLength(4);
  });

  it('do not wait for a family that is never answered', async () => {
    const { lookup, clock } = await lookupWith();
    let found: readonly string[] = [];
    const looking = addresses(lookup('half.example')).then((given) => {
      found = given;
    });
    await vi.waitFor(() => {
      clock.advance(10);
      expect(found).toEqual(['192.0.2.4']);
    });
    await looking;
  });

  it('that the hosts file gives come first, and a changed file counts at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'b24task-hosts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'hosts');
    const { lookup, server } = await lookupWith({ hosts: createHostsFile(file) });
    await expect(lookup('bitrix.acme.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const before = server.asked.length;
    writeFileSync(
      file,
      '# ours\n10.0.0.5\tBitrix.acme.example  b24 # the portal\nfd00::5 bitrix.acme.example\nnonsense x\n',
    );
    expect(await addresses(lookup('bitrix.acme.example.'))).toEqual(['10.0.0.5', 'fd00::5']);
    expect(await addresses(lookup('b24'))).toEqual(['10.0.0.5']);
    expect(server.asked).toHaveLength(before);
  });

  it('are asked of the system where the administrator named a host that DNS does not know', async () => {
    const { lookup } = await lookupWith();
    expect(await addresses(lookup('localhost', { named: true }))).toContain('127.0.0.1');
    await expect(lookup('localhost')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('a name server that never answers', () => {
  it('is left after three seconds, and not asked again for a moment', async () => {
    const { lookup, clock, server } = await lookupWith();
    const first = lookup('dead.example');
    const second = lookup('dead.example');
    await vi.waitFor(() => expect(server.asked).toHaveLength(2));
    clock.advance(3_000);
    await expect(first).rejects.toMatchObject({ code: 'DNS_TIMEOUT' });
    await expect(second).rejects.toMatchObject({ code: 'DNS_TIMEOUT' });
    await expect(lookup('dead.example')).rejects.toMatchObject({ code: 'DNS_TIMEOUT' });
    expect(server.asked).toHaveLength(2);
    clock.advance(3_000);
    const again = lookup('dead.example');
    await vi.waitFor(() => expect(server.asked).toHaveLength(4));
    clock.advance(3_000);
    await expect(again).rejects.toMatchObject({ code: 'DNS_TIMEOUT' });
  });

  it('holds up no other name, however many names lead to it, and few of them are under way', async () => {
    const { lookup, clock } = await lookupWith();
    const hanging = Array.from({ length: 100 }, (_, index) => lookup(`${index}.dead.example`));
    const ends = Promise.allSettled(hanging);
    expect(await addresses(lookup('new.example'))).toEqual(['2001:db8::2']);
    clock.advance(3_000);
    const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : 'found'));
    expect(codes).toEqual([...Array(37).fill('DNS_BUSY'), ...Array(63).fill('DNS_TIMEOUT')]);
  });

  it('holds up neither files nor what this process asks of the system', async () => {
    const { lookup } = await lookupWith();
    const lookups = Array.from({ length: 16 }, (_, index) => lookup(`${index}.dead.example`, { named: true }));
    let ended = 0;
    for (const looking of lookups) {
      looking.catch(() => {
        ended += 1;
      });
    }
    await Promise.all([readFile(import.meta.filename), askSystem('localhost')]);
    expect(ended).toBe(0);
  });

  it('makes a portal unreachable and nothing worse', async () => {
    const { lookup, clock, server } = await lookupWith();
    const { caller } = openHarness({ portals: undefined, lookup, clock });
    const call = caller.call({
      origin: 'https://dead.example',
      path: new Secret('/rest/profile'),
      contentType: 'application/json',
      body: new Secret('{}'),
      leaveWithinMs: 5_000,
      answerWithinMs: 5_000,
    });
    await vi.waitFor(() => expect(server.asked).toHaveLength(2));
    clock.advance(3_000);
    expect(await call).toEqual({ kind: 'not-sent', cause: 'DNS_TIMEOUT' });
  });
});

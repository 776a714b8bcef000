import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { type Harness, openHarness } from '../support/harness.ts';
import { formOf, suggestionsOf } from './composing.ts';

const field = 'webhook-url';

describe('linking by webhook', () => {
  it('says who the person is now, and where', async () => {
    const harness = await openHarness();
    const anna = await openLinkView(harness);
    const submission = await anna.submit({ [field]: harness.webhookFor(7) });
    expect(submission.outcome).toBe('updated');
    expect(JSON.stringify(anna.view()?.content)).toContain(`Anna Petrova`);
  });

  it('understands the REST 3.0 form, and a method at the end', async () => {
    const harness = await openHarness();
    for (const url of [harness.webhookFor(7).replace('/rest/', '/rest/api/'), `${harness.webhookFor(7)}profile.json`]) {
      const anna = await openLinkView(harness);
      expect((await anna.submit({ [field]: url })).errors).toEqual({});
      await anna.closeView({ all: true });
    }
  });

  it('takes a webhook that may send and not search, and says so', async () => {
    const harness = await openHarness('SQLite');
    const anna = await openLinkView(harness);
    const { url } = harness.portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    expect((await anna.submit({ [field]: url })).outcome).toBe('updated');
    expect(JSON.stringify(anna.view()?.content)).toContain('Tasks cannot be searched');
    await anna.closeView({ all: true });
    await anna.command('/b24task 51 hello');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    await anna.command('/b24task');
    await formOf(anna);
    const [note] = (await suggestionsOf(anna, 'report')).slice(-1);
    expect(note).toMatchObject({
      label: 'Your connection may not search for tasks',
      texts: ['Give it the permission task in Bitrix24. A number works as well.'],
    });
  });

  it('shows every mistake at the field, and stores nothing', async () => {
    const harness = await openHarness();
    const { portal } = harness;
    const anna = await openLinkView(harness);
    const problemWith = async (url: string) => (await anna.submit({ [field]: url })).errors[field] ?? '';

    expect(await problemWith('hello')).toContain('not the URL of an incoming webhook');
    expect(await problemWith('https://acme.bitrix24.com/company/')).toContain('not the URL of an incoming webhook');
    expect(await problemWith('https://evil.example/rest/1/abcdefgh12345678/')).toContain('may not be connected here');
    expect(await problemWith(harness.webhookFor(7).replace('/rest/', '/b24/rest/'))).toContain(
      'Bitrix24 is in a folder',
    );
    expect(portal.requests).toHaveLength(0);
    expect(await problemWith(`${portal.origin}/rest/7/wrongsecretwrong/`)).toContain('does not know this webhook');
    const narrow = portal.createWebhook({ userId: 7, scopes: ['task'] }).url;
    expect(await problemWith(narrow)).toContain('lacks the permission tasks');
    expect(await problemWith(portal.createWebhook({ userId: 7, scopes: [] }).url)).toContain(
      'permissions task and tasks',
    );
    const url = harness.webhookFor(7);
    expect(await problemWith(`${url} ${harness.webhookFor(9)}`)).toContain('This is not one URL');
    const good = `\u200b${url} ${url}\ufeff`;
    await portal.down();
    expect(await problemWith(good)).toContain('cannot be reached');
    await portal.up();

    await anna.closeView({ all: true });
    const status = await anna.command('/b24task status');
    expect(String(status.body) + JSON.stringify(harness.slack.seenBy('anna').at(-1)?.message)).toContain(
      'not connected',
    );
  });

  it('names a portal inside a network as not allowed, and not as one that is down', async () => {
    const lookup = async () => [{ address: '10.0.0.1', family: 4 }];
    const harness = await openHarness('SQLite', {
      settings: { BITRIX24_PORTALS: '' },
      overrides: { network: { lookup } },
    });
    const anna = await openLinkView(harness);
    const { errors } = await anna.submit({ [field]: 'https://bitrix.acme.example/rest/7/abcdefgh12345678/' });
    expect(errors[field]).toContain('bitrix.acme.example may not be connected here');
  });

  it('refuses a webhook URL that is typed after the command', async () => {
    const harness = await openHarness();
    const url = harness.webhookFor(7);
    await harness.slack.as('anna').command(`/b24task connect ${url}`);
    await harness.slack.as('anna').command(`/b24task 51 ${url}`);
    const seen = JSON.stringify(harness.slack.seenBy('anna'));
    expect(seen).toContain('password');
    expect(seen).not.toContain(secretOf(url));
    expect(harness.portal.requests).toHaveLength(0);
  });
});

describe('a planted secret', () => {
  it.each(['SQLite', 'PostgreSQL'] as const)('appears nowhere (%s)', async (engine) => {
    const harness = await openHarness(engine, { settings: { METRICS_PORT: '0', LOG_LEVEL: 'trace' } });
    const anna = await openLinkView(harness);
    const url = harness.webhookFor(7);
    const secret = secretOf(url);
    await anna.submit({ [field]: `${harness.portal.origin}/rest/7/${secret.slice(1)}x/` });
    await anna.submit({ [field]: url });
    await anna.closeView({ all: true });
    await anna.command('/b24task 51 planted-text-of-a-message');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    harness.portal.faults.set({ kind: 'reset', moment: 'before' });
    await anna.command('/b24task 52 planted-text-of-a-message two');
    await anna.waitFor(({ text }) => text.includes('52'));
    await anna.command(`/b24task ${url}`);
    await anna.command('/b24task status');

    const shown = JSON.stringify(harness.slack.seenBy('anna'));
    const places = {
      log: harness.log.join('\n'),
      replies: shown,
      storage: await dump(harness),
      metrics: await scrape(harness),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(0);
      expect(text.includes(secret), `${place} holds the secret`).toBe(false);
      if (place !== 'replies') {
        expect(text.includes('planted-text'), `${place} holds the message`).toBe(false);
      }
    }
  });
});

async function openLinkView({ slack }: Harness) {
  const anna = slack.as('anna');
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  return anna;
}

function secretOf(url: string): string {
  return new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
}

async function scrape({ metricsUrl }: Harness): Promise<string> {
  return (await fetch(`${metricsUrl}/metrics`)).text();
}

/** Every byte that the storage keeps. */
async function dump(harness: Harness): Promise<string> {
  return harness.databaseUrl ? dumpTables(harness.databaseUrl) : dumpFiles(harness.dataDir);
}

function dumpFiles(dataDir: string): string {
  return readdirSync(dataDir)
    .filter((name) => name !== 'control.sock')
    .map((name) => readFileSync(join(dataDir, name), 'latin1'))
    .join('\n');
}

async function dumpTables(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows: string[] = [];
  const tables = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables.rows) {
    const found = await client.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
    rows.push(...found.rows.map(({ row }) => row));
  }
  await client.end();
  return rows.join('\n');
}

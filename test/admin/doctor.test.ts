import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { doctor } from '../../src/admin/diagnostics.ts';
import type { Fault } from '../../src/sandbox/bitrix24/faults/faults.ts';
import { startPortal } from '../../src/sandbox/bitrix24/portal.ts';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { botScopes, optionalBotScopes } from '../../src/slack/web-api/scopes.ts';
import { openInstallHarness, workspace } from '../journeys/install-harness.ts';
import { compiled } from '../support/compiled.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { testKey } from '../support/test-key.ts';
import { runCommand } from './run-command.ts';

/** A local Slack and portal, and settings that fit them. */
async function openPlace(scopes: readonly string[] = [...botScopes, ...optionalBotScopes]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-doctor-'));
  const [slack, portal] = await Promise.all([startSlack({ app: { scopes } }), startPortal()]);
  onTestFinished(async () => {
    await Promise.all([slack.close(), portal.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  });
  const settings: Record<string, string> = {
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken(),
    SLACK_API_URL: slack.apiUrl,
    BITRIX24_PORTALS: portal.origin,
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
  };
  return { slack, portal, dataDir, settings };
}

describe('npm run doctor', () => {
  it('finds everything in order, line by line, and starts nothing', async () => {
    const { slack, portal, settings } = await openPlace();
    const { code, lines } = await runCommand(doctor, settings);
    expect(lines).toEqual([
      'OK      settings: HTTP, one workspace',
      'OK      SQLite: opens, writes and reads; messages waiting: 0, of those for a new link: 0',
      expect.stringMatching(/^skipped SLACK_SIGNING_SECRET: /),
      'OK      SLACK_BOT_TOKEN: works, in Acme',
      `OK      ${portal.origin}: answers as Bitrix24 does`,
      'Everything that can be checked from here is fine.',
    ]);
    expect(code).toBe(0);
    expect(slack.calls.map(({ method }) => method)).toEqual(['auth.test']);
    expect(portal.counts.messages).toBe(0);
  });

  it('says what to do about each thing that is wrong, without a secret, and fails', async () => {
    const { portal, settings } = await openPlace(['commands', 'chat:write']);
    const other = await startSlack();
    onTestFinished(() => other.close());
    const wrong = {
      ...settings,
      SLACK_APP_TOKEN: 'xapp-1-planted-wrong-one',
      BITRIX24_PORTALS: `${portal.origin},http://127.0.0.1:1,${new URL(other.apiUrl).origin}`,
      ENCRYPTION_KEYS: testKey(5).toString('base64'),
    };
    const { code, text, lines } = await runCommand(doctor, wrong);
    expect(code).toBe(1);
    expect(text).toContain('PROBLEM SLACK_APP_TOKEN: Slack refuses it (invalid_auth)');
    expect(text).toMatch(
      /PROBLEM SLACK_BOT_TOKEN: lacks the scopes users:read, channels:read, groups:read, usergroups:read\. Add/,
    );
    expect(text).toContain('PROBLEM http://127.0.0.1:1: cannot be reached (ECONNREFUSED)');
    expect(text).toContain(`PROBLEM ${new URL(other.apiUrl).origin}: answers, but not as Bitrix24 does (HTTP 404)`);
    expect(lines.at(-1)).toBe('To mend: 4.');
    for (const secret of ['planted', settings['SLACK_BOT_TOKEN'] ?? '', wrong.ENCRYPTION_KEYS]) {
      expect(text).not.toContain(secret);
    }
  });

  it('names the optional scopes that were not granted, which is no problem', async () => {
    const { settings } = await openPlace([...botScopes, 'files:read', 'reactions:write', 'mpim:history']);
    const { code, text } = await runCommand(doctor, settings);
    expect(text).toMatch(/SLACK_BOT_TOKEN: works, in Acme, without the optional channels:history, groups:history$/m);
    expect(code).toBe(0);
  });

  it('takes the scope that ANNOUNCE=reaction needs for no optional one', async () => {
    const { settings } = await openPlace([
      ...botScopes,
      ...optionalBotScopes.filter((one) => one !== 'reactions:write'),
    ]);
    const { code, text } = await runCommand(doctor, { ...settings, ANNOUNCE: 'reaction' });
    expect(text).toMatch(/PROBLEM SLACK_BOT_TOKEN: lacks the scopes reactions:write\. Add/);
    expect(code).toBe(1);
    expect((await runCommand(doctor, { ...settings, ANNOUNCE: 'reply' })).code).toBe(0);
  });

  it('names every missing or wrong setting at once', async () => {
    const { code, text } = await runCommand(doctor, { PORT: 'planted', ALLOW_GUESTS: 'planted' });
    expect(code).toBe(1);
    for (const setting of ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN', 'PORT', 'ALLOW_GUESTS']) {
      expect(text).toContain(`PROBLEM ${setting}: `);
    }
    expect(text).not.toContain('planted');
  });

  it('names every way in which settings can be wrong, and what it has mended', async () => {
    const { settings, dataDir } = await openPlace();
    const file = join(dataDir, 'empty');
    writeFileSync(file, '');
    const { code, text } = await runCommand(doctor, {
      SLACK_SIGNING_SECRET_FILE: file,
      SLACK_BOT_TOKEN: settings['SLACK_BOT_TOKEN'] ?? '',
      SLACK_TEAM: 'T0ACME0000',
      PUBLIC_URL: 'http://tasks.example.com',
    });
    expect(code).toBe(1);
    for (const line of [
      'SLACK_SIGNING_SECRET_FILE: names a file that is empty',
      'SLACK_TEAM: is no setting of b24task. Did you mean SLACK_TEAMS?',
      'PUBLIC_URL: must begin with https://',
    ]) {
      expect(text).toContain(`PROBLEM ${line}`);
    }
    chmodSync(dataDir, 0o777);
    const mended = await runCommand(doctor, { ...settings, SLACK_APP_ID: 'A0B24TASK0' });
    expect(mended.text).toContain('WARNING SLACK_APP_ID: is no setting of b24task');
    expect(mended.text).toContain('WARNING DATA_DIR: others could write to the folder of DATA_DIR');
    expect(mended.code).toBe(0);
    chmodSync(dataDir, 0o1777);
    const everybodys = await runCommand(doctor, settings);
    expect(everybodys.lines).toContain(
      `PROBLEM SQLite: the folder of DATA_DIR, ${dataDir}, is one that everybody writes to; it needs a folder of its own`,
    );
  });

  it('tells a port that another program has from one that the service has', async () => {
    const { settings } = await openPlace();
    const answers = new Map([['/health/live', 'alive\n']]);
    const other = createServer((request, response) => response.end(answers.get(request.url ?? '') ?? '')).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' && address ? address.port : 0);
    const metrics = await runCommand(doctor, { ...settings, METRICS_PORT: port });
    expect(metrics.text).toContain(`PROBLEM METRICS_PORT: port ${port} of 127.0.0.1 is taken by another program`);
    expect(metrics.code).toBe(1);
    const running = await runCommand(doctor, {
      ...settings,
      PORT: port,
      METRICS_HOST: '192.0.2.1',
      METRICS_PORT: '9090',
    });
    expect(running.text).toContain(`skipped PORT: a running service listens on port ${port}`);
    expect(running.text).toContain('PROBLEM METRICS_HOST: 192.0.2.1 is no address of this machine');
  });

  it('says that Slack cannot be asked when it cannot be reached', async () => {
    const { settings } = await openPlace();
    const { code, text } = await runCommand(doctor, { ...settings, SLACK_API_URL: 'http://127.0.0.1:1/api/' });
    expect(code).toBe(1);
    expect(text).toContain('PROBLEM SLACK_BOT_TOKEN: Slack cannot be asked (no connection or no answer)');
  });

  it('finds out that a key is missing, and that a database is not there', async () => {
    const { settings } = await openPlace();
    const key = (letter: number) => testKey(letter).toString('base64');
    await runCommand(doctor, { ...settings, ENCRYPTION_KEYS: key(1) });
    const changed = await runCommand(doctor, { ...settings, ENCRYPTION_KEYS: key(2) });
    expect(changed.text).toMatch(/PROBLEM SQLite: .*cannot be decrypted.*ENCRYPTION_KEYS again/);
    const away = { ...settings, DATABASE_URL: 'postgres://u:planted@127.0.0.1:1/x', ENCRYPTION_KEYS: key(1) };
    const gone = await runCommand(doctor, away);
    expect(gone.text).toContain(
      'PROBLEM PostgreSQL: PostgreSQL cannot be used: nothing listens at the host and port of DATABASE_URL',
    );
    expect(`${changed.text}${gone.text}`).not.toContain('planted');
  });

  it('looks at PostgreSQL as well, and leaves a running service on SQLite alone', async () => {
    const { settings } = await openPlace();
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const onPostgres = {
      ...settings,
      DATABASE_URL: database.url,
      ENCRYPTION_KEYS: testKey(1).toString('base64'),
    };
    expect(await runCommand(doctor, onPostgres)).toMatchObject({ code: 0 });
    const harness = await openInstallHarness();
    const beside = await runCommand(doctor, { ...settings, DATA_DIR: harness.settings['DATA_DIR'] ?? '' });
    expect(beside.text).toContain('skipped SQLite: the service is running on it');
    expect(beside.code).toBe(0);
  });

  it('tries the app and each installation where there are many workspaces', async () => {
    const workspaces = [workspace('acme'), workspace('other')];
    const harness = await openInstallHarness({ engine: 'PostgreSQL', workspaces });
    const env = { ...harness.settings, PORT: '0', PUBLIC_URL: harness.replicas[0]?.url ?? '' };
    expect((await runCommand(doctor, env)).text).toContain('OK      installations: none yet');
    for (const team of ['acme', 'other']) {
      await harness.install(team);
    }
    harness.slack.connectHttp('http://127.0.0.1:1/');
    await harness.slack.uninstall('other');
    const { code, text } = await runCommand(doctor, env);
    expect(text).toContain('OK      SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: Slack knows the app');
    expect(text).toContain('OK      installed in ACME (T0ACME0000): its token works');
    expect(text).toContain('PROBLEM installed in OTHER (T1OTHER000): Slack refuses it (account_inactive)');
    expect(code).toBe(1);
    const wrong = await runCommand(doctor, { ...env, SLACK_CLIENT_SECRET: 'planted0planted1planted2planted3' });
    expect(wrong.text).toContain(
      'PROBLEM SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: Slack refuses it (bad_client_secret)',
    );
    expect(wrong.text).not.toContain('planted');
  });

  it.each<[string, Fault, RegExp]>([
    ['a page with 403', { kind: 'html', status: 403, moment: 'before' }, /something in front of it.*HTTP 403/],
    ['a page with 405', { kind: 'html', status: 405, moment: 'before' }, /something in front of it.*HTTP 405/],
    ['a page with 413', { kind: 'html', status: 413, moment: 'before' }, /something in front of it.*HTTP 413/],
    ['a page with 404', { kind: 'html', status: 404, moment: 'before' }, /not as Bitrix24 does \(HTTP 404\)/],
    ['a page with 200', { kind: 'html', status: 200, moment: 'before' }, /not as Bitrix24 does \(HTTP 200\)/],
    ['a warning of PHP', { kind: 'garbage', moment: 'before' }, /not as Bitrix24 does/],
    ['nothing', { kind: 'empty', status: 200, moment: 'before' }, /not as Bitrix24 does/],
    ['an empty code', { kind: 'raw', status: 403, body: '{"error":""}' }, /something in front of it/],
    ['a closed portal', { kind: 'closed' }, /is closed.*Temporary closure/],
    ['no plan', { kind: 'plan' }, /has a plan without the REST API/],
    ['a blocked API', { kind: 'overloaded' }, /blocked because of overload/],
    [
      'a redirect',
      { kind: 'moved', to: 'https://new.bitrix24.com' },
      /leads elsewhere.*to https:\/\/new\.bitrix24\.com/,
    ],
    ['https only', { kind: 'moved', to: 'https://127.0.0.1' }, /accepts https addresses only\. Name it as https:/],
    ['a login page', { kind: 'redirect', status: 302, to: '/auth/' }, /not as Bitrix24 does \(HTTP 302\)/],
    ['too many requests', { kind: 'empty', status: 429, moment: 'before' }, /asks for fewer requests/],
  ])('says what a portal answers instead: %s', async (_, fault, expected) => {
    const { portal, settings } = await openPlace();
    portal.faults.set(fault);
    const { code, lines, text } = await runCommand(doctor, settings);
    expect(code).toBe(1);
    expect(lines.find((line) => line.startsWith(`PROBLEM ${portal.origin}`))).toMatch(expected);
    expect(text).not.toContain('none');
  });

  it.each([
    ['invalid_grant', 400, 'OK ', 'knows the application'],
    ['wrong_client', 200, 'PROBLEM', 'does not know the application (wrong_client)'],
    ['NOT_INSTALLED', 401, 'PROBLEM', 'BITRIX24_CLIENT_SECRET'],
    ['', 400, 'PROBLEM', 'not as Bitrix24 does'],
  ])('asks the token server whether it knows the application: %s', async (code, status, state, said) => {
    const { portal, settings } = await openPlace();
    portal.oauth.failNext({ kind: 'error', code, status });
    const { text } = await runCommand(doctor, {
      ...settings,
      PUBLIC_URL: 'https://tasks.example.com',
      BITRIX24_CLIENT_ID: 'local.sandbox',
      BITRIX24_CLIENT_SECRET: 'planted-application-secret',
      BITRIX24_OAUTH_URL: portal.origin,
    });
    const line = text.split('\n').findLast((one) => one.includes(portal.origin));
    expect(line).toContain(state);
    expect(line).toContain(said);
    expect(text).not.toContain('planted');
  });

  it('tells a certificate that is not accepted, and takes it from an authority named in NODE_EXTRA_CA_CERTS', async () => {
    const { settings, dataDir } = await openPlace();
    const portal = await startPortal({ tls: true });
    onTestFinished(() => portal.close());
    const env = { ...settings, BITRIX24_PORTALS: portal.origin };
    const refused = await runCommand(doctor, env);
    expect(refused.text).toMatch(
      /PROBLEM https:\S+: has a certificate that is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\..* NODE_EXTRA_CA_CERTS\./,
    );
    const authority = join(dataDir, 'authority.pem');
    writeFileSync(authority, portal.ca ?? '');
    const { stdout } = await promisify(execFile)(process.execPath, [join(process.cwd(), 'src/admin/doctor.ts')], {
      env: { ...compiled, ...env, NODE_EXTRA_CA_CERTS: authority },
      cwd: dataDir,
    });
    expect(stdout).toContain(`OK      ${portal.origin}: answers as Bitrix24 does`);
  });

  it('is a command of its own, which takes its settings from the environment and from .env', async () => {
    const { settings, dataDir } = await openPlace();
    const { SLACK_API_URL, ...rest } = settings;
    writeFileSync(join(dataDir, '.env'), `SLACK_API_URL=${SLACK_API_URL}\n`);
    const run = (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, [join(process.cwd(), 'src/admin/doctor.ts')], {
        env: { ...compiled, ...env },
        cwd: dataDir,
      });
    const { stdout } = await run(rest);
    expect(stdout).toContain('Everything that can be checked from here is fine.');
    await expect(run({})).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('SLACK_BOT_TOKEN') });
  });
});

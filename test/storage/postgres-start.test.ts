import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { StorageUnavailableError } from '../../src/storage/database.ts';
import type { StorageDeps } from '../../src/storage/open.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { keepingLog } from '../contract/outbox-harness.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Refusal, startRefusingPostgres } from '../support/refusing-postgres.ts';
import { openTestStorage } from './open-test-storage.ts';

const password = 'planted-password';

describe('a start on PostgreSQL that fails', () => {
  let database: TestDatabase;
  let certificate: { readonly key: string; readonly cert: string };
  beforeAll(async () => {
    database = await createTestDatabase();
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    certificate = { key: made.private, cert: made.cert };
  });
  afterAll(() => database.drop());

  /** The server of the tests, with something else in its address. */
  const there = (change: Partial<Pick<URL, 'pathname' | 'username' | 'hostname' | 'port' | 'search'>>) =>
    Object.assign(new URL(database.url), { password }, change).href;

  const reasonOf = async (url: string, deps: Partial<StorageDeps> = {}): Promise<string> => {
    const failure = await openTestStorage({ databaseUrl: new Secret(url) }, deps).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailableError);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(password);
    return failure instanceof Error ? failure.message : '';
  };

  it.each([
    ['the database', { pathname: '/nobody-made-it' }, 'there is no database of the name'],
    ['the user', { username: 'nobody' }, 'refuses the user or the password'],
    ['the host', { hostname: 'nowhere.invalid' }, 'there is no host of the name'],
    ['the port', { port: '9' }, 'nothing listens at the host and port'],
    ['TLS', { search: '?sslmode=require' }, 'it speaks no TLS, which sslmode'],
    ['the file of an authority', { search: '?sslrootcert=/none.pem' }, 'a file that DATABASE_URL names'],
  ] as const)('names %s', async (_, change, reason) => {
    expect(await reasonOf(there(change))).toContain(reason);
  });

  it.each(['pa#ss', '12#ss', '12/ss', '12?ss', 'pa/ss', '100%', '%zz'])(
    'tells how to write a password such as %s',
    async (part) => {
      const reason = await reasonOf(`postgres://b24task:${part}${password}@127.0.0.1:9/b24task`);
      expect(reason).toContain('# as %23');
    },
  );

  it.each<readonly [string, Refusal, string]>([
    [
      'a wrong password',
      { code: '28P01', message: 'password authentication failed for user "b24task"' },
      'refuses the user or the password',
    ],
    [
      'a pooler that knows no such database',
      { code: '08P01', message: 'no such database: b24task' },
      'there is no database of the name',
    ],
    [
      'a pooler that refuses a parameter',
      { code: '08P01', message: 'unsupported startup parameter: geqo' },
      'the pooler in front of it refuses a start-up parameter',
    ],
    [
      'that TLS is asked for',
      { code: '28000', message: 'no pg_hba.conf entry for host "1.2.3.4", user "u", database "d", no encryption' },
      'Add sslmode=verify-full',
    ],
    ['that it is full', { code: '53300', message: 'sorry, too many clients already' }, 'no connection left'],
    ['that it is starting', { code: '57P03', message: 'the database system is starting up' }, 'still starting'],
  ])('names %s', async (_, refusal, reason) => {
    const server = await startRefusingPostgres(refusal);
    onTestFinished(() => server.close());
    expect(await reasonOf(`postgres://b24task:${password}@127.0.0.1:${server.port}/b24task`)).toContain(reason);
  });

  it('has begun with nothing that a pooler refuses', async () => {
    const server = await startRefusingPostgres({ code: '57P03', message: 'the database system is starting up' });
    onTestFinished(() => server.close());
    await reasonOf(`postgres://b24task:${password}@127.0.0.1:${server.port}/b24task`);
    expect(server.startups).toHaveLength(1);
    expect(server.startups[0]).toContain('application_name');
    expect(server.startups[0]).not.toContain('timeout');
  });

  it('names missing rights', async () => {
    const pool = createPool(new Secret(database.url), 1, keepingLog([]));
    onTestFinished(() => pool.end());
    await pool.query('DROP ROLE IF EXISTS b24task_guest; CREATE ROLE b24task_guest LOGIN');
    await pool.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    expect(await reasonOf(there({ username: 'b24task_guest' }))).toContain('lacks rights');
    await pool.query('DROP ROLE b24task_guest');
  });

  it('names an authority that is unknown, and takes it from sslrootcert', async () => {
    const server = await startRefusingPostgres({ code: '3D000', message: 'behind TLS', tls: certificate });
    const folder = mkdtempSync(join(tmpdir(), 'b24task-authority-'));
    onTestFinished(async () => {
      rmSync(folder, { recursive: true });
      await server.close();
    });
    const url = `postgres://b24task:${password}@localhost:${server.port}/b24task?sslmode=verify-full`;
    expect(await reasonOf(url)).toContain('sslrootcert=…');
    writeFileSync(join(folder, 'authority.pem'), certificate.cert);
    expect(await reasonOf(`${url}&sslrootcert=${join(folder, 'authority.pem')}`)).toContain('there is no database');
  });

  it('waits for a server that comes up later, says so once, and not for ever', async () => {
    const proxy = await startCuttingProxy(database.url);
    onTestFinished(() => proxy.close());
    const logged: { fields: object; message: string }[] = [];
    let pauses = 0;
    const deps = {
      log: keepingLog(logged),
      startTries: 5,
      pause: async () => {
        pauses += 1;
        proxy.refuse(pauses < 3);
      },
    };
    proxy.refuse(true);
    const storage = await openTestStorage({ databaseUrl: new Secret(proxy.url) }, deps);
    await storage.close();
    expect(pauses).toBe(3);
    expect(logged.filter(({ message }) => message.includes('trying again for 5 s'))).toHaveLength(1);

    pauses = -100;
    proxy.refuse(true);
    expect(await reasonOf(proxy.url, deps)).toContain('it ends the connection');
    expect(pauses).toBe(-96);
  });

  it('does not wait where waiting does not help', async () => {
    const pause = () => Promise.reject(new Error('waited'));
    expect(await reasonOf(there({ pathname: '/nobody-made-it' }), { startTries: 5, pause })).toContain(
      'there is no database',
    );
  });
});

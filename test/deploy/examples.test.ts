import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { loadConfig } from '../../src/config.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { testKey } from '../support/test-key.ts';

const settings = new Set(
  [...readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
);
const read = (path: string) => readFileSync(path, 'utf8');
const stopSeconds = defaultTiming.stopWithinMs / 1_000;

const service = z.object({
  image: z.string(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  expose: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});
const compose = z.object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) });

describe('deploy/compose.yaml', () => {
  const { services, volumes } = compose.parse(parse(read('deploy/compose.yaml')));

  it('gives the service settings that there are, its volume, and time to stop', () => {
    const { environment = {}, volumes: mounted = [], stop_grace_period: grace = '0s' } = services['b24task'] ?? {};
    expect(Object.keys(environment).filter((name) => !settings.has(name))).toEqual([]);
    expect(mounted).toContain('data:/data');
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(stopSeconds);
  });

  it('names only volumes that it makes', () => {
    const named = Object.values(services).flatMap(({ volumes: mounted = [] }) =>
      mounted.map((each) => each.split(':')[0]),
    );
    const made = [...Object.keys(volumes), './Caddyfile'];
    expect(named.filter((name) => !made.includes(name ?? ''))).toEqual([]);
  });
});

it('deploy/example.env names settings alone, and is enough to start with when it is filled in', () => {
  const lines = read('deploy/example.env').matchAll(/^([A-Z0-9_]+)=(.*)$/gm);
  const given = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
  const ofCompose = ['POSTGRES_PASSWORD', 'B24TASK_HOST'];
  expect(Object.keys(given).filter((name) => !settings.has(name) && !ofCompose.includes(name))).toEqual([]);
  const filled = {
    ...given,
    SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
    SLACK_BOT_TOKEN: 'xoxb-1-planted-for-tests',
    ENCRYPTION_KEYS: testKey(5).toString('base64'),
    DATABASE_URL: 'postgres://b24task:secret@database:5432/b24task',
  };
  expect(loadConfig(filled)).toHaveProperty('config');
});

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([
          z.object({
            env: z.array(z.object({ name: z.string() })),
            readinessProbe: probe,
            livenessProbe: probe,
            volumeMounts: z.array(z.object({ mountPath: z.string() })),
          }),
        ]),
      }),
    }),
  }),
});

describe('deploy/kubernetes/b24task.yaml', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/b24task.yaml')).map((document) => document.toJS());

  it('asks the right addresses, gives time to stop, and names settings that there are', () => {
    const { spec } = deployment.parse(documents[0]).spec.template;
    const [container] = spec.containers;
    expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
    expect(container.livenessProbe.httpGet.path).toBe('/health/live');
    expect(container.env.filter(({ name }) => !settings.has(name))).toEqual([]);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/data']);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds);
  });

  it('has a service and a budget for disruptions', () => {
    expect(documents.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PodDisruptionBudget']);
  });
});

describe('deploy/systemd/b24task.service', () => {
  const unit = read('deploy/systemd/b24task.service');
  const settingOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('starts the service as npm start does, and gives it time to stop', () => {
    expect(settingOf('ExecStart')).toBe(`/usr/bin/env ${packageFile.scripts.start.replace(/^exec /, '')}`);
    expect(Number(settingOf('TimeoutStopSec'))).toBeGreaterThan(stopSeconds);
    const imageEnv = /^ENV (.*)$/m.exec(read('Dockerfile'))?.[1]?.split(' ') ?? [];
    const memory = imageEnv.filter((each) => each.startsWith('MALLOC_'));
    expect(memory).toHaveLength(2);
    expect(settingOf('Environment').split(' ')).toEqual(expect.arrayContaining(memory));
    expect(settingOf('Environment')).toContain(`DATA_DIR=/var/lib/${settingOf('StateDirectory')}`);
  });

  it.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)('is a unit that systemd understands', () => {
    const checked = spawnSync('systemd-analyze', ['verify', 'deploy/systemd/b24task.service'], { encoding: 'utf8' });
    expect(checked.stderr).toBe('');
  });
});

describe.runIf(spawnSync('caddy', ['version']).status === 0)('deploy/proxy/Caddyfile', () => {
  it('is understood by Caddy, and takes bodies as large as the service does', () => {
    const adapted = spawnSync('caddy', ['adapt', '--config', 'deploy/proxy/Caddyfile', '--adapter', 'caddyfile'], {
      encoding: 'utf8',
      env: { ...process.env, B24TASK_HOST: 'b24task.example.com' },
    });
    expect(adapted.status).toBe(0);
    expect(adapted.stdout).toContain('"dial":"b24task:3000"');
    expect(adapted.stdout).toContain(`"max_size":${1024 * 1024}`);
    expect(adapted.stdout).toContain('"uri":"/health/ready"');
  });
});

it('the program of the image knows every command that there is a script for', () => {
  const usage = spawnSync(process.execPath, ['src/admin/b24task.ts'], { encoding: 'utf8' });
  expect(usage.status).toBe(2);
  const known = /<command>: (.*)/.exec(usage.stdout)?.[1]?.split(', ') ?? [];
  const scripts = Object.entries(packageFile.scripts).filter(([, script]) => script.includes('src/admin/'));
  expect(known.toSorted()).toEqual([...scripts.map(([name]) => name), 'health'].toSorted());
  const asked = spawnSync(process.execPath, ['src/admin/b24task.ts', 'outbox', 'list', '--nonsense'], {
    encoding: 'utf8',
  });
  expect(asked).toMatchObject({ status: 2, stdout: expect.stringContaining('Usage: npm run outbox') });
  expect(() =>
    execFileSync(process.execPath, ['src/admin/b24task.ts', 'health'], { env: {}, stdio: 'ignore' }),
  ).toThrow();
});

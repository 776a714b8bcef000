import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configOf, least, openFolder, problemsWith } from './loading.ts';

describe('names that are no settings', () => {
  it.each([
    ['SLACK_BOT_TOKENS', 'SLACK_BOT_TOKEN'],
    ['SLACK_TEAM', 'SLACK_TEAMS'],
    ['SLACK_TEAMS_FILES', 'SLACK_TEAMS_FILE'],
    ['slack_teams', 'SLACK_TEAMS'],
    ['SLACK-TEAMS', 'SLACK_TEAMS'],
    ['BITRIX_PORTALS', 'BITRIX24_PORTALS'],
    ['B24_PORTALS', 'BITRIX24_PORTALS'],
    ['BITRIX24_PORTAL', 'BITRIX24_PORTALS'],
    ['BITRX24_RATE', 'BITRIX24_RATE'],
    ['BITRIX24_TIMEOUT', 'BITRIX24_TIMEOUT_MS'],
    ['ENCRYPTION_KEY', 'ENCRYPTION_KEYS'],
    ['ENCRYPTION_KEY_FILE', 'ENCRYPTION_KEYS_FILE'],
    ['METRIC_PORT', 'METRICS_PORT'],
    ['ALLOW_GUEST', 'ALLOW_GUESTS'],
    ['DEFAULT_BY', 'DEFAULTS_BY'],
  ])('keep the service from starting when one was meant: %s', (name, meant) => {
    const { [meant]: _, ...rest }: Record<string, string> = least;
    expect(problemsWith({ ...rest, [name]: 'planted' })).toContain(
      `${name} is no setting of b24task. Did you mean ${meant}?`,
    );
  });

  it('are only warned of when they may belong to somebody else', () => {
    const { warnings } = configOf({
      ...least,
      SLACK_TEAMS: 'T0ACME0000',
      SLACK_TEAM: 'T0ACME0000',
      SLACK_APP_ID: 'A0B24TASK0',
      B24_DOMAIN: 'acme.bitrix24.com',
    });
    expect(warnings).toEqual([
      { setting: 'SLACK_TEAM', message: 'is no setting of b24task. Did you mean SLACK_TEAMS?' },
      { setting: 'SLACK_APP_ID', message: 'is no setting of b24task' },
      { setting: 'B24_DOMAIN', message: 'is no setting of b24task' },
    ]);
  });

  it('are only warned of beside the setting that was meant, in either of its ways', () => {
    const path = join(openFolder(), 'teams');
    writeFileSync(path, 'T0ACME0000\n');
    const { warnings } = configOf({ ...least, SLACK_TEAMS_FILE: path, SLACK_TEAM: 'T0ACME0000' });
    expect(warnings.map(({ setting }) => setting)).toEqual(['SLACK_TEAM']);
  });

  it('are nobody’s concern when they are of the system, of other programs, or of Kubernetes', () => {
    const others = {
      HOME: '/root',
      HOSTNAME: 'host',
      host: 'host',
      PATH: '/bin',
      LOGLEVEL: 'info',
      DATABASE_URI: 'postgres://x/y',
      NODE_ENV: 'production',
      B24TASK_SERVICE_HOST: '10.0.0.1',
      B24TASK_SERVICE_PORT: '3000',
      B24TASK_SERVICE_PORT_HTTP: '3000',
      B24TASK_PORT: 'tcp://10.0.0.1:3000',
      B24TASK_PORT_3000_TCP_ADDR: '10.0.0.1',
      METRICS_SERVICE_HOST: '10.0.0.1',
    };
    expect(configOf({ ...least, ...others }).warnings).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withEnvFile } from '../../src/settings/env-file.ts';
import { configOf, least, openFolder, problemsWith } from './loading.ts';

const secrets = [
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_CLIENT_SECRET',
  'SLACK_STATE_SECRET',
  'BITRIX24_CLIENT_SECRET',
  'ENCRYPTION_KEYS',
  'DATABASE_URL',
] as const;

/** A file of a setting; gives its path. */
function fileOf(content: string | Uint8Array): string {
  const path = join(openFolder(), 'setting');
  writeFileSync(path, content);
  return path;
}

describe('a file of a setting', () => {
  it.each([...secrets, 'PORT', 'PUBLIC_URL', 'SLACK_TEAMS', 'BITRIX24_PORTALS', 'LOG_LEVEL', 'HOST'])(
    'is a mistake when %s_FILE is empty or blank',
    (setting) => {
      for (const content of ['', '\n', ' \t\r\n', '\u{FEFF}\n']) {
        const env = { ...least, [setting]: undefined, [`${setting}_FILE`]: fileOf(content) };
        expect(problemsWith(env)).toContain(
          `${setting}_FILE names a file that is empty: fill it before the service starts`,
        );
      }
    },
  );

  it('loses the mark and the line ends that editors add', () => {
    const config = configOf({ ...least, PORT_FILE: fileOf('\u{FEFF}8080\r\n') });
    expect(config.port).toBe(8080);
  });

  it('may be a pipe, as shells make them', () => {
    const path = join(openFolder(), 'pipe');
    execFileSync('sh', ['-c', `mkfifo '${path}'; printf 8080 > '${path}' &`], { stdio: 'ignore' });
    expect(configOf({ ...least, PORT_FILE: path }).port).toBe(8080);
  });

  it('is named with the reason when it cannot be used', () => {
    const folder = openFolder();
    const utf16 = Buffer.from('\u{FEFF}8080\r\n', 'utf16le');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    const reasons = [folder, '/dev/zero', join(folder, 'nothing'), join(folder, 'link'), fileOf(utf16)].map(
      (PORT_FILE) => problemsWith({ ...least, PORT_FILE }),
    );
    expect(reasons.flat()).toEqual(
      ['is a folder', 'is no text file', 'does not exist', 'does not exist', 'is not written in UTF-8'].map(
        (reason) => `PORT_FILE names a file that cannot be used: it ${reason}`,
      ),
    );
  });

  it.skipIf(process.getuid?.() === 0)('is named when this user may not read it', () => {
    const path = fileOf('8080');
    chmodSync(path, 0o000);
    expect(problemsWith({ ...least, PORT_FILE: path })).toEqual([
      'PORT_FILE names a file that cannot be used: it may not be read by this user',
    ]);
  });

  it('cannot be given beside the setting', () => {
    expect(problemsWith({ ...least, PORT: '80', PORT_FILE: fileOf('80') })).toEqual([
      'PORT is given twice: here and in PORT_FILE',
    ]);
    expect(configOf({ ...least, PORT: '', PORT_FILE: fileOf('80') }).port).toBe(80);
  });
});

describe('a variable of a setting', () => {
  it.each([...secrets, 'SLACK_TEAMS', 'BITRIX24_PORTALS', 'DEFAULTS_BY'])(
    'is a mistake when %s is empty, and says so of its file name',
    (setting) => {
      for (const name of [setting, `${setting}_FILE`]) {
        expect(problemsWith({ ...least, [setting]: undefined, [name]: '' })).toContain(
          `${name} is empty: give it a value, or remove it`,
        );
      }
    },
  );

  it('is a mistake when it is blank, whatever it is for', () => {
    expect(problemsWith({ ...least, PORT: ' ', SLACK_BOT_TOKEN: ' \t', SLACK_TEAMS: ' ' }).toSorted()).toEqual([
      'PORT is blank: give it a value, or remove it',
      'SLACK_BOT_TOKEN is blank: give it a value, or remove it',
      'SLACK_TEAMS is blank: give it a value, or remove it',
    ]);
  });

  it('is a mistake when it stands in quotes, and holds no blanks at its ends', () => {
    const quoted = { SLACK_BOT_TOKEN: `"${least.SLACK_BOT_TOKEN}"`, LOG_LEVEL: "'info'" };
    const message = 'stands in quotes: remove them, Docker takes them for a part of the value';
    expect(problemsWith({ ...least, ...quoted })).toEqual([`SLACK_BOT_TOKEN ${message}`, `LOG_LEVEL ${message}`]);
    expect(configOf({ ...least, PORT: ' 8080\r' }).port).toBe(8080);
  });
});

describe('the file .env', () => {
  const path = () => join(openFolder(), '.env');

  it('adds what the environment does not have, with or without mark, quotes and export', () => {
    const file = path();
    writeFileSync(file, '\u{FEFF}PORT=8080\r\nexport HOST="127.0.0.1"\n# a remark\nLOG_LEVEL=debug # another\n');
    const { env, problems } = withEnvFile({ LOG_LEVEL: 'warn', USER: 'somebody' }, file);
    expect(env).toEqual({ PORT: '8080', HOST: '127.0.0.1', LOG_LEVEL: 'warn', USER: 'somebody' });
    expect(problems).toEqual([]);
  });

  it('has no line that would be passed over in silence', () => {
    const file = path();
    const text =
      'PORT=8080\nSLACK_TEAMS: T0ACME0000\n\n# KEY="\nKEY="one\ntwo words"\nexport HOST = ::1\n  ALLOW_GUESTS true\n';
    writeFileSync(file, text);
    expect(withEnvFile({}, file).problems).toEqual(
      [2, 8].map((line) => ({ setting: file, message: `has a line that is not NAME=value: number ${line}` })),
    );
  });

  it('need not be there, and may be empty', () => {
    const empty = path();
    writeFileSync(empty, '');
    for (const file of [path(), empty]) {
      expect(withEnvFile(least, file)).toEqual({ env: least, problems: [] });
    }
  });

  it('is named with the reason when it cannot be used', () => {
    const [folder, binary, link] = [path(), path(), path()];
    mkdirSync(folder);
    writeFileSync(binary, Buffer.from('\u{FEFF}PORT=8080', 'utf16le'));
    symlinkSync('/no/such/file', link);
    const reasons = [folder, binary, link].map((file) => withEnvFile(least, file).problems);
    expect(reasons.flat()).toEqual([
      { setting: folder, message: 'is a folder' },
      { setting: binary, message: 'is not written in UTF-8' },
      { setting: link, message: 'leads to a file that does not exist' },
    ]);
  });
});

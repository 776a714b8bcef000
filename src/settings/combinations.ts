import type { Problem } from './environment.ts';

/** What is missing, or does not go together, among the settings that were `given`. */
export function checkCombinations(given: ReadonlySet<string>): readonly Problem[] {
  const problems: Problem[] = [];
  const has = (...names: string[]) => names.every((name) => given.has(name));
  const need = (wrong: boolean, setting: string, message: string) => wrong && problems.push({ setting, message });
  const installable = has('SLACK_CLIENT_ID') || has('SLACK_CLIENT_SECRET') || has('SLACK_STATE_SECRET');
  const consent = has('BITRIX24_CLIENT_ID') || has('BITRIX24_CLIENT_SECRET');
  need(
    !has('SLACK_SIGNING_SECRET') && !has('SLACK_APP_TOKEN'),
    'SLACK_SIGNING_SECRET',
    'is missing (or give SLACK_APP_TOKEN for Socket Mode)',
  );
  need(
    !has('SLACK_BOT_TOKEN') && !installable,
    'SLACK_BOT_TOKEN',
    'is missing (or give SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET)',
  );
  need(has('SLACK_BOT_TOKEN') && installable, 'SLACK_BOT_TOKEN', 'and SLACK_CLIENT_ID exclude each other');
  need(
    installable && !has('SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'),
    'SLACK_CLIENT_ID',
    'SLACK_CLIENT_SECRET and SLACK_STATE_SECRET go together',
  );
  need(
    consent && !has('BITRIX24_CLIENT_ID', 'BITRIX24_CLIENT_SECRET'),
    'BITRIX24_CLIENT_ID',
    'and BITRIX24_CLIENT_SECRET go together',
  );
  need(
    (installable || consent) && !has('PUBLIC_URL'),
    'PUBLIC_URL',
    'is missing: OAuth needs the address that the outside sees',
  );
  need(has('DATABASE_URL') && !has('ENCRYPTION_KEYS'), 'ENCRYPTION_KEYS', 'is missing: PostgreSQL needs it');
  return problems;
}

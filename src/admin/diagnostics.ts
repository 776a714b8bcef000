import { createHostLookup } from '../bitrix24/host-lookup.ts';
import { namedSocketLookup } from '../bitrix24/socket-lookup.ts';
import { type Config, loadConfig } from '../config.ts';
import { systemClock } from '../domain/system-clock.ts';
import { createLog } from '../observability/log.ts';
import { routeToSlack } from '../slack/web-api/outgoing.ts';
import { createTokenChecks } from '../slack/web-api/token-check.ts';
import type { AdminCommand } from './command.ts';
import { diagnosePortals } from './diagnose-portals.ts';
import { diagnosePorts } from './diagnose-ports.ts';
import { diagnoseSlack } from './diagnose-slack.ts';
import { diagnoseStorage } from './diagnose-storage.ts';
import { type CheckResult, fine, problem, warning } from './finding.ts';

const marks = { ok: 'OK      ', problem: 'PROBLEM ', warning: 'WARNING ', skipped: 'skipped ' } as const;

/** `npm run doctor`: looks at everything that the service needs before it starts. Code 1 when something is wrong. */
export const doctor: AdminCommand = async ({ env, print }) => {
  let problems = 0;
  const tell = ({ state, about, message }: CheckResult) => {
    if (state === 'problem') {
      problems += 1;
    }
    print(`${marks[state]}${about}: ${message}`);
  };
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    for (const { setting, message } of loaded.problems) {
      tell(problem(setting, message));
    }
    print('The rest is looked at once the settings are complete. docs/settings.md explains them.');
    return 1;
  }
  for await (const finding of diagnose(loaded.config)) {
    tell(finding);
  }
  print(problems === 0 ? 'Everything that can be checked from here is fine.' : `To mend: ${problems}.`);
  return problems === 0 ? 0 : 1;
};

async function* diagnose(config: Config): AsyncGenerator<CheckResult> {
  const checks = createTokenChecks({ slackApiUrl: config.slackApiUrl, log: createLog('silent', process.stderr) });
  routeToSlack({ lookup: namedSocketLookup(createHostLookup({ clock: systemClock })), proxies: config.proxies });
  yield* examineSettings(config);
  const { findings, installations } = await diagnoseStorage(config);
  yield* findings;
  yield* diagnosePorts(config);
  yield* diagnoseSlack(config, checks, installations);
  yield* diagnosePortals(config);
}

type Examined = Pick<Config, 'transport' | 'access' | 'portals' | 'proxies' | 'warnings'>;

function* examineSettings({ transport, access, portals, proxies, warnings }: Examined): Generator<CheckResult> {
  const how = transport.mode === 'socket' ? 'Socket Mode' : 'HTTP';
  yield fine('settings', `${how}, ${access.kind === 'installable' ? 'installable to workspaces' : 'one workspace'}`);
  for (const { setting, message } of warnings) {
    yield warning(setting, message);
  }
  if (proxies) {
    yield fine('HTTPS_PROXY, HTTP_PROXY', 'Slack and portals are called through a proxy, except for NO_PROXY');
  }
  if (!portals) {
    yield fine('BITRIX24_PORTALS', 'is not set: people may link any public portal');
  }
}

import type { Config } from '../config.ts';
import { listen, notFound } from '../observability/http.ts';
import { explainListenError, ListenError, type ListenPlace } from '../observability/listen-error.ts';
import { type CheckResult, problem, skipped } from './finding.ts';

type Served = ListenPlace & {
  /** What a running service answers with, and where. */
  readonly path: string;
  readonly answer: RegExp;
};

/** Checks that the service can listen where the settings say. Gives no result for a port where it can. */
export async function* diagnosePorts(
  config: Pick<Config, 'host' | 'port' | 'metricsHost' | 'metricsPort'>,
): AsyncGenerator<CheckResult> {
  const { host, port, metricsHost, metricsPort } = config;
  yield* diagnose({ host, port, hostSetting: 'HOST', portSetting: 'PORT', path: '/health/live', answer: /^alive$/m });
  if (metricsPort !== undefined) {
    const place = { host: metricsHost, port: metricsPort, hostSetting: 'METRICS_HOST', portSetting: 'METRICS_PORT' };
    yield* diagnose({ ...place, path: '/metrics', answer: /^b24task_/m });
  }
}

async function* diagnose(place: Served): AsyncGenerator<CheckResult> {
  const { host, port, portSetting } = place;
  try {
    const listener = await listen(host, port, notFound);
    await listener.close();
  } catch (error) {
    if (await isServiceThere(place)) {
      yield skipped(portSetting, `a running service listens on port ${port}`);
      return;
    }
    const explained = explainListenError(error, place);
    yield explained instanceof ListenError
      ? problem(explained.setting, explained.problem)
      : problem(portSetting, `port ${port} of ${host} cannot be listened on`);
  }
}

async function isServiceThere({ host, port, path, answer }: Served): Promise<boolean> {
  const name = /^(?:0\.0\.0\.0|::)$/.test(host) ? 'localhost' : host;
  try {
    const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}${path}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return answer.test(await response.text());
  } catch {
    return false;
  }
}

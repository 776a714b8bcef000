import leven, { closestMatch } from 'leven';
import type { Environment, Problem } from './environment.ts';

/** What is odd about the names in an environment. */
export type NameFindings = {
  /** Certainly meant for this service: it would run without a setting that its administrator believes to be there. */
  readonly problems: readonly Problem[];
  /** Perhaps meant for it. */
  readonly warnings: readonly Problem[];
};

/** Names that other programs use as well: one that only resembles them belongs to somebody else. */
const common: ReadonlySet<string> = new Set([
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'DATABASE_URL',
  'DATA_DIR',
  'LOG_LEVEL',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
]);

/** Kubernetes describes each service of a namespace so: `SLACK_BRIDGE_SERVICE_HOST`, `SLACK_BRIDGE_PORT_3000_TCP`. */
const ofKubernetes = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?$/;
const addressOfKubernetes = /^(?:tcp|udp|sctp):\/\//;

const ours = /^(?:SLACK|BITRIX(?:24)?|B24(?:TASK)?)_/;

/** More letters than these are not wrong by mistake. */
const maxDistance = 3;

/** Looks for names that are no settings and look as if they were meant to be. `settings`: all that there are. */
export function findUnknownNames(env: Environment, settings: readonly string[]): NameFindings {
  const known = new Set(settings.flatMap((name) => [name, `${name}_FILE`]));
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [setting, value = ''] of Object.entries(env)) {
    const name = normalised(setting);
    if (known.has(setting) || ofKubernetes.test(name) || addressOfKubernetes.test(value)) {
      continue;
    }
    const meant = nearest(name, known);
    if (meant !== undefined) {
      const base = meant.replace(/_FILE$/, '');
      const taken = env[base] !== undefined || env[`${base}_FILE`] !== undefined;
      (taken ? warnings : problems).push({ setting, message: `is no setting of b24task. Did you mean ${meant}?` });
    } else if (ours.test(name)) {
      warnings.push({ setting, message: 'is no setting of b24task' });
    }
  }
  return { problems, warnings };
}

/** Capital letters and underscores, with the short forms of our prefix written out. */
function normalised(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[-.]/g, '_')
    .replace(/^(?:B24(?:TASK)?|BITRIX)_/, 'BITRIX24_');
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  const specific = [...known].filter((candidate) => !common.has(candidate.replace(/_FILE$/, '')));
  const found = closestMatch(name, specific, { maxDistance });
  // A short name is another word after so many changes.
  return found !== undefined && leven(name, found) * 5 <= found.length ? found : undefined;
}

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Findings } from './figures.ts';
import { createHarness, type Harness } from './harness.ts';
import { createReport, renderTable } from './report.ts';
import { measureAccept } from './sections/accept.ts';
import { measureBurst } from './sections/burst.ts';
import { measureEndToEnd } from './sections/end-to-end.ts';
import { measureFiles } from './sections/files.ts';
import { measureFootprint } from './sections/footprint.ts';
import { measureGrowth } from './sections/growth.ts';
import { measureMonday } from './sections/monday.ts';
import { measurePeers } from './sections/peers.ts';
import { measureReplicas } from './sections/replicas.ts';
import { measureStored } from './sections/stored.ts';
import { measureStrangers } from './sections/strangers.ts';
import { measureTranslation } from './sections/translation.ts';

const sections: ReadonlyMap<string, (harness: Harness) => Promise<Findings>> = new Map([
  ['accept', measureAccept],
  ['end-to-end', measureEndToEnd],
  ['peers', measurePeers],
  ['replicas', measureReplicas],
  ['monday', measureMonday],
  ['burst', measureBurst],
  ['footprint', measureFootprint],
  ['stored', measureStored],
  ['growth', measureGrowth],
  ['files', measureFiles],
  ['translation', measureTranslation],
  ['strangers', measureStrangers],
]);

/** What takes minutes also with `--quick`. */
const lengthy: ReadonlySet<string> = new Set(['translation', 'monday']);

const usage = `npm run bench [-- [section ...] [--quick] [--json] [--out=FILE] [--profile=DIR]]
  sections        ${[...sections.keys()].join(', ')}; default: all
  --quick         first figures in about a minute; translation and monday only when they are named
  --json          JSON instead of the table
  --out=FILE      the JSON into a file as well
  --profile=DIR   CPU profiles of the service (its figures are worse then)
`;

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  if (values.help || positionals.some((name) => !sections.has(name))) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const names =
    positionals.length > 0 ? positionals : [...sections.keys()].filter((name) => !values.quick || !lengthy.has(name));
  const report = await run(names, { quick: values.quick, ...(values.profile ? { profileDir: values.profile } : {}) });
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  if (values.out) {
    writeFileSync(values.out, json);
  }
  process.stdout.write(values.json ? json : renderTable(report));
}

/**
 * Runs sections one after the other; one that breaks is told and does not take the others with it. However it ends, no
 * process and no file of it stays behind.
 */
async function run(names: readonly string[], options: { quick: boolean; profileDir?: string }) {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const startedAt = new Date();
  const found: Record<string, Findings> = {};
  for (const name of names) {
    const harness = createHarness({ ...options, say: (line) => say(`  ${line} …`) });
    const leave = () => void harness.close().finally(() => process.exit(130));
    process.once('SIGINT', leave).once('SIGTERM', leave);
    try {
      found[name] = (await sections.get(name)?.(harness)) ?? { figures: [], conditions: [] };
    } catch (error) {
      process.exitCode = 1;
      say(`${name} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    await harness.close();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
  return createReport(options.quick ? 'quick' : 'full', startedAt, found);
}

import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { compare, type Findings, median, single } from '../figures.ts';
import type { Harness } from '../harness.ts';
import { alternate, pairs } from '../rounds.ts';

const run = promisify(exec);
const size = 100 * 1024 * 1024 - 1;
const carried = z.object({ tookMs: z.number(), grownMiB: z.number() });

/** (h) A file of 100 MB from Slack into a chat: by how much memory grows, and how fast it goes beside curl. */
export async function measureFiles(harness: Harness): Promise<Findings> {
  const ends = harness.programs.startActor('actors/file-ends.ts');
  const carrier = harness.programs.startActor('actors/file-carrier.ts', harness.startOptions);
  const { origin } = await ends.call('open', {}, z.object({ origin: z.string() }));
  harness.say('files: 100 MB');
  // The code is warm then, and what the first file needs for good is there.
  await carrier.call('carry', { origin, size: 5 * 1024 * 1024 }, carried);
  const grown: number[] = [];
  const rounds = await alternate(
    harness.scale.pick(7, 3),
    async () => {
      const { tookMs, grownMiB } = await carrier.call('carry', { origin, size }, carried);
      grown.push(grownMiB);
      return tookMs;
    },
    () => curl(origin),
  );
  const megabytes = size / 1e6;
  return {
    figures: [
      single({ section: 'files', name: 'memory for a file of 100 MB, at its peak', unit: 'MiB' }, median(grown), {
        of: 'value',
        bound: 'at most',
        limit: 32,
      }),
      compare(
        { section: 'files', name: 'throughput of a file of 100 MB', unit: 'MB/s', baseline: 'curl | base64 | curl' },
        pairs(rounds, (tookMs) => megabytes / (tookMs / 1_000)),
        { of: 'ratio', bound: 'at least', limit: 0.5 },
      ),
    ],
    conditions: [
      'Slack and portal in one process of their own, which make the bytes and drop them. Memory is the peak of the resident set above what it was before that file, after a first one of 5 MB.',
      'curl, base64 and curl are three processes, each with a core where there is one; the service carries a file in one thread beside its other work.',
    ],
  };
}

async function curl(origin: string): Promise<number> {
  const startedAt = performance.now();
  await run(`curl -sf ${origin}/file/${size} | base64 -w0 | curl -sf -T - ${origin}/rest/im.v2.File.upload`);
  return performance.now() - startedAt;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { createCaller } from '../../../src/bitrix24/call.ts';
import { createFileUploader } from '../../../src/bitrix24/file-upload.ts';
import { createPortalGate } from '../../../src/bitrix24/portal-gate.ts';
import { createRest } from '../../../src/bitrix24/rest.ts';
import type { TaskChats } from '../../../src/bitrix24/task-chats.ts';
import { portalOriginOf, taskIdOf } from '../../../src/domain/portal.ts';
import { success } from '../../../src/domain/result.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { systemClock } from '../../../src/domain/system-clock.ts';
import { createFileSource } from '../../../src/slack/files/file-source.ts';
import { createBoltLogger } from '../../../src/slack/web-api/bolt-logger.ts';
import { createClients } from '../../../src/slack/web-api/clients.ts';
import { answering, serve } from '../conversation.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const carrying = z.object({ origin: z.string(), size: z.number() });

serve({
  /** Carries one file from Slack to the portal; how long it took, and by how much the memory grew at the most. */
  carry: answering(carrying, async ({ origin, size }) => {
    const { source, uploader, credential, task } = assemble(origin);
    // Source: proc(5), /proc/pid/clear_refs: 5 sets the peak to what is resident now.
    writeFileSync('/proc/self/clear_refs', '5');
    const before = mebibytes('VmRSS');
    const startedAt = performance.now();
    const opened = await source.open({ id: String(size), team: 'T1', name: 'bench.zip' });
    if (opened.kind !== 'open') {
      throw new Error(`the file is ${opened.problem.kind}`);
    }
    const result = await uploader.upload({ credential, task, key: 'bench.1', file: opened.file, leaveWithinMs: 5_000 });
    if (result.kind !== 'delivered') {
      throw new Error(JSON.stringify(result));
    }
    return { tookMs: performance.now() - startedAt, grownMiB: mebibytes('VmHWM') - before };
  }),
});

function assemble(origin: string) {
  const portal = portalOriginOf(origin);
  const task = taskIdOf('51');
  if (portal === undefined || task === undefined) {
    throw new Error(`${origin} is no portal`);
  }
  const caller = createCaller({ gate: createPortalGate({ portals: [portal] }), clock: systemClock, version: '0' });
  const rest = createRest({ caller, clock: systemClock, log });
  const chats: TaskChats = { find: async () => success(7), forget() {} };
  const slackApiUrl = `${origin}/api/`;
  const access = { kind: 'one-workspace', botToken: new Secret('xoxb-bench') } as const;
  const clients = createClients({ access, slackApiUrl }, { logger: createBoltLogger(log), clock: systemClock });
  return {
    source: createFileSource({ clients, slackApiUrl, log }),
    uploader: createFileUploader({ rest, chats, clock: systemClock, timeoutMs: 65_000 }),
    credential: { kind: 'webhook', portal, webhookUserId: '1', secret: new Secret('bench') } as const,
    task,
  };
}

/** Source: proc(5), /proc/pid/status. */
function mebibytes(name: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

import { enableCompileCache } from 'node:module';
import { Logger, run } from 'graphile-worker';
import { startBoltApp } from './bolt-app.ts';
import { message, postAndReply, readCommand } from './carry.ts';

enableCompileCache();

/** A job is stored before Slack is told; jobs are fetched and ended together, as its page on performance advises. */
const worker = await run({
  connectionString: process.env['DATABASE_URL'] ?? '',
  maxPoolSize: 10,
  noHandleSignals: true,
  logger: new Logger(() => () => {}),
  taskList: { carry: async (payload) => postAndReply(message.parse(payload)) },
  preset: { worker: { concurrentJobs: 32, localQueue: { size: 64 }, completeJobBatchDelay: 10, pollInterval: 500 } },
});

await startBoltApp(async ({ ack, command }) => {
  await worker.addJob('carry', readCommand(command));
  await ack();
});

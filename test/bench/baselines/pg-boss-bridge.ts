import { enableCompileCache } from 'node:module';
import { PgBoss } from 'pg-boss';
import { startBoltApp } from './bolt-app.ts';
import { type Message, message, postAndReply, readCommand } from './carry.ts';

enableCompileCache();

/** A job is stored before Slack is told, and many are fetched and ended together, as its documentation advises. */
const boss = new PgBoss({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10, useListenNotify: true });
boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
await boss.start();
await boss.createQueue('messages', { notify: true });
await boss.work<Message>(
  'messages',
  { batchSize: 50, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
  async (jobs) => {
    await Promise.all(jobs.map(({ data }) => postAndReply(message.parse(data))));
  },
);

await startBoltApp(async ({ ack, command }) => {
  await boss.send('messages', readCommand(command));
  await ack();
});

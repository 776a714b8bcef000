import { enableCompileCache } from 'node:module';

enableCompileCache();

const [{ startBoltApp }, { post, readCommand }] = await Promise.all([import('./bolt-app.ts'), import('./carry.ts')]);

await startBoltApp(async ({ ack, command }) => {
  await ack();
  await post(readCommand(command));
});

import { enableCompileCache } from 'node:module';

// As the service does it, so that a second start is compared with a second start.
enableCompileCache();

const { startBoltApp } = await import('./bolt-app.ts');
await startBoltApp(async ({ ack }) => ack());

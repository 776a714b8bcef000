import { enableCompileCache } from 'node:module';

enableCompileCache();

const [{ startBoltApp }, { request }] = await Promise.all([import('./bolt-app.ts'), import('undici')]);
const webhook = process.env['BITRIX24_WEBHOOK'];

await startBoltApp(async ({ ack, command }) => {
  await ack();
  const [taskId, ...words] = command.text.split(' ');
  const response = await request(`${webhook}tasks.task.chat.message.send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { taskId: Number(taskId), text: words.join(' ') } }),
  });
  await response.body.dump();
});

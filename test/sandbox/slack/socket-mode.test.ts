import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { clientOf, type RunningApp, startApp } from './bolt-app.ts';

let slack: SandboxSlack | undefined;
const apps: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  await slack?.close();
});

async function startTwo(): Promise<{ slack: SandboxSlack; served: string[] }> {
  const started = await startSlack();
  slack = started;
  const served: string[] = [];
  for (const name of ['first', 'second']) {
    apps.push(
      await startApp(started, 'Socket Mode', (app) => {
        app.command('/b24task', async ({ ack }) => {
          served.push(name);
          await ack({ text: name });
        });
      }),
    );
  }
  return { slack: started, served };
}

describe('Socket Mode', () => {
  it('hands every interaction to one of several connections', async () => {
    const started = await startTwo();
    expect(started.slack.socketMode.connections).toBe(2);
    const answers = await Promise.all([1, 2, 3, 4].map((n) => started.slack.as('anna').command(`/b24task ${n}`)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(started.served.toSorted()).toEqual(['first', 'first', 'second', 'second']);
  });

  it('asks connections to come back, which they do', async () => {
    const started = await startTwo();
    const opened = () => started.slack.calls.filter((call) => call.method === 'apps.connections.open').length;
    expect(opened()).toBe(2);
    started.slack.socketMode.askToReconnect('refresh_requested');
    await started.slack.waitForCall(() => opened() === 4);
    await started.slack.connectSocket({ connections: 2 });
    expect((await started.slack.as('anna').command('/b24task')).status).toBe(200);
  });

  it('says hello with the app, and takes a ticket once', async () => {
    const started = await startSlack();
    slack = started;
    const { url } = await clientOf(started, started.app.appToken).apps.connections.open();
    const socket = new WebSocket(String(url));
    const hello = await new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    expect(hello).toMatchObject({ type: 'hello', num_connections: 1, connection_info: { app_id: started.app.id } });
    const second = new WebSocket(String(url));
    await expect(
      new Promise((_resolve, reject) => {
        second.once('error', reject);
      }),
    ).rejects.toThrow('403');
    socket.terminate();
  });

  it('gives up on an envelope that nobody acknowledges', async () => {
    const started = await startSlack({ ackTimeoutMs: 30 });
    slack = started;
    const { url } = await clientOf(started, started.app.appToken).apps.connections.open();
    const socket = new WebSocket(String(url));
    const envelope = new Promise((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'slash_commands') {
          resolve(message);
        }
      });
    });
    await started.connectSocket();
    expect(await started.as('anna').command('/b24task 51')).toMatchObject({ timedOut: true, status: 0 });
    expect(await envelope).toMatchObject({
      envelope_id: expect.any(String),
      accepts_response_payload: true,
      payload: { command: '/b24task', text: '51' },
    });
    socket.terminate();
  });

  it('says so when no app connects', async () => {
    const started = await startSlack();
    slack = started;
    await expect(started.connectSocket({ timeoutMs: 10 })).rejects.toThrow(
      'No app has opened a Socket Mode connection',
    );
  });
});

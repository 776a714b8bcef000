import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/sandbox/slack/json.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { type Mode, modes, plain, type RunningApp, startApp } from './bolt-app.ts';

const running: { slack?: SandboxSlack; app?: RunningApp } = {};

async function start(mode: Mode, register: (app: App) => void): Promise<SandboxSlack> {
  const slack = await startSlack();
  running.slack = slack;
  running.app = await startApp(slack, mode, register);
  return slack;
}

afterEach(async () => {
  await running.app?.stop();
  await running.slack?.close();
  delete running.app;
  delete running.slack;
});

const inputModal = {
  type: 'modal' as const,
  callback_id: 'greet',
  private_metadata: 'kept',
  title: plain('Greeting'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'who',
      label: plain('Name'),
      element: { type: 'plain_text_input' as const, action_id: 'name', max_length: 20 },
    },
  ],
};

describe.each(modes)('a Bolt app in %s', (mode) => {
  it('gets a slash command with every documented field and acknowledges it with a text', async () => {
    const bodies: JsonObject[] = [];
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, body }) => {
        bodies.push({ ...body });
        await ack(`*${body.text}*`);
      });
    });
    const answer = await slack.as('anna', { channel: 'secret' }).command('/b24task 51 a & <b>');
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    expect(bodies).toEqual([
      {
        token: expect.any(String),
        team_id: 'T0ACME0000',
        team_domain: 'acme',
        channel_id: 'C0SECRET00',
        channel_name: 'privategroup',
        user_id: 'U0ANNA0000',
        user_name: 'anna',
        command: '/b24task',
        text: '51 a &amp; &lt;b&gt;',
        api_app_id: slack.app.id,
        is_enterprise_install: 'false',
        response_url: expect.stringContaining('/response/commands/T0ACME0000/'),
        trigger_id: expect.any(String),
      },
    ]);
    expect(slack.seenBy('anna')).toMatchObject([
      { via: 'ack', text: '*51 a &amp; &lt;b&gt;*', ephemeralTo: 'U0ANNA0000' },
    ]);
    expect(slack.seenBy('bob')).toEqual([]);
  });

  it('tells the person when nobody acknowledges a command in time', async () => {
    const slack = await startSlack({ ackTimeoutMs: 50 });
    running.slack = slack;
    running.app = await startApp(slack, mode, (app) => {
      app.command('/b24task', () => new Promise(() => {}));
    });
    const answer = await slack.as('anna').command('/b24task');
    expect(answer).toMatchObject({ status: 0, timedOut: true });
    expect(slack.seenBy('anna')).toMatchObject([
      { via: 'slack', text: '/b24task failed with the error "operation_timeout"' },
    ]);
  });

  it('answers through the response URL, for the person alone or for everybody', async () => {
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, respond }) => {
        await ack();
        await respond({ response_type: 'ephemeral', text: 'for you' });
        await respond({ response_type: 'in_channel', text: 'for all' });
      });
    });
    await slack.as('anna').command('/b24task', { channel: 'general' });
    await slack.waitFor('bob', (message) => message.text === 'for all');
    expect(slack.seenBy('bob').map((message) => message.text)).toEqual(['for all']);
    expect(slack.seenBy('anna').map((message) => message.text)).toEqual(['for you', 'for all']);
  });

  it('opens a modal from a command, complains at a field, and closes it on a good answer', async () => {
    const metadata: string[] = [];
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
      });
      app.view('greet', async ({ ack, view }) => {
        metadata.push(view.private_metadata);
        const name = view.state.values['who']?.['name']?.value;
        await (name === 'Bob' ? ack() : ack({ response_action: 'errors', errors: { who: `not ${name}` } }));
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    const view = await anna.waitForView((open) => open.content['callback_id'] === 'greet');

    expect(await anna.submit({ name: 'Zed' })).toMatchObject({ outcome: 'errors', errors: { who: 'not Zed' } });
    expect(anna.view()).toBe(view);
    expect(await anna.submit({ Name: 'Bob' })).toMatchObject({ outcome: 'closed', status: 200 });
    expect(anna.view()).toBeUndefined();
    expect(metadata).toEqual(['kept', 'kept']);
  });

  it('keeps what Slack itself refuses to submit from reaching the app', async () => {
    let submissions = 0;
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
      });
      app.view('greet', async ({ ack }) => {
        submissions += 1;
        await ack();
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await anna.waitForView(() => true);
    expect(await anna.submit()).toMatchObject({ outcome: 'blocked', errors: { who: expect.any(String) } });
    expect(await anna.submit({ name: 'x'.repeat(21) })).toMatchObject({ outcome: 'blocked' });
    expect(submissions).toBe(0);
  });

  it('replaces, pushes and clears modals as the answer to a submission says', async () => {
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
      });
      app.view('greet', async ({ ack, view }) => {
        const answers: Record<string, () => Promise<void>> = {
          update: () => ack({ response_action: 'update', view: { ...inputModal, title: plain('Updated') } }),
          push: () => ack({ response_action: 'push', view: { ...inputModal, title: plain('Pushed') } }),
          clear: () => ack({ response_action: 'clear' }),
          broken: () => ack({ response_action: 'update', view: { ...inputModal, title: plain('x'.repeat(25)) } }),
        };
        await answers[view.state.values['who']?.['name']?.value ?? '']?.();
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await anna.waitForView(() => true);
    expect((await anna.submit({ name: 'update' })).outcome).toBe('updated');
    expect(anna.view()?.content['title']).toEqual(plain('Updated'));
    expect((await anna.submit({ name: 'push' })).outcome).toBe('pushed');
    expect(anna.view()).toMatchObject({ content: { title: plain('Pushed') } });
    expect(anna.view()?.previousId).toBe(anna.view()?.rootId);
    expect((await anna.submit({ name: 'broken' })).outcome).toBe('failed');
    expect(slack.complaints).toEqual([expect.stringContaining('must be less than 25 characters')]);
    expect((await anna.submit({ name: 'clear' })).outcome).toBe('cleared');
    expect(anna.view()).toBeUndefined();
  });

  it('offers a message shortcut with the message, and none on ephemeral messages', async () => {
    const bodies: JsonObject[] = [];
    const slack = await start(mode, (app) => {
      app.shortcut('send_to_b24task', async ({ ack, body, respond }) => {
        await ack();
        bodies.push(JSON.parse(JSON.stringify(body)));
        await respond('seen');
      });
    });
    const bob = slack.as('bob', { channel: 'secret' });
    const parent = await bob.post('a question for @anna about https://example.com/?a=1&b=2');
    const message = await bob.post('1 < 2 & 3', { threadTs: parent.ts });
    await slack.as('anna').shortcut('send_to_b24task', message);
    const reply = await slack.waitFor('anna', (seen) => seen.text === 'seen');

    expect(reply).toMatchObject({ channel: 'C0SECRET00', ephemeralTo: 'U0ANNA0000', via: 'response_url' });
    expect(reply.threadTs).toBeUndefined();
    expect(bodies).toMatchObject([
      {
        type: 'message_action',
        callback_id: 'send_to_b24task',
        message_ts: message.ts,
        team: { id: 'T0ACME0000', domain: 'acme' },
        user: { id: 'U0ANNA0000', name: 'anna', team_id: 'T0ACME0000' },
        channel: { id: 'C0SECRET00', name: 'privategroup' },
        message: { user: 'U0BOB00000', text: '1 &lt; 2 &amp; 3', thread_ts: parent.ts },
        is_enterprise_install: false,
        enterprise: null,
      },
    ]);
    expect(parent.message['text']).toBe('a question for <@U0ANNA0000> about <https://example.com/?a=1&amp;b=2>');
    await expect(slack.as('anna').shortcut('send_to_b24task', reply)).rejects.toThrow('ephemeral');
  });

  it('hands a global shortcut over without channel and message', async () => {
    const slack = await start(mode, (app) => {
      app.shortcut('compose', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
      });
    });
    const anna = slack.as('anna');
    await anna.shortcut('compose');
    expect((await anna.waitForView(() => true)).userId).toBe(anna.id);
  });

  it('presses a button of an ephemeral message and replaces that message', async () => {
    const bodies: JsonObject[] = [];
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack }) => {
        await ack({
          text: 'sure?',
          blocks: [
            { type: 'section', text: plain('sure?') },
            {
              type: 'actions',
              block_id: 'row',
              elements: [{ type: 'button', action_id: 'yes', value: '51', text: plain('Yes') }],
            },
          ],
        });
      });
      app.action('yes', async ({ ack, body, respond }) => {
        await ack();
        bodies.push(JSON.parse(JSON.stringify(body)));
        await respond({ replace_original: true, text: 'done' });
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    const [asked] = anna.seen();
    await anna.click('Yes');
    await anna.waitFor((message) => message.text === 'done');
    expect(anna.seen()).toHaveLength(1);
    expect(anna.seen()[0]).toMatchObject({ order: asked?.order, replaced: 1, blocks: [] });
    expect(bodies).toMatchObject([
      {
        type: 'block_actions',
        container: { type: 'message', is_ephemeral: true, message_ts: asked?.ts },
        actions: [{ type: 'button', action_id: 'yes', block_id: 'row', value: '51' }],
      },
    ]);
    expect(bodies[0]).not.toHaveProperty('message');
  });

  it('asks for the options of an external select and remembers the choice', async () => {
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            ...inputModal,
            blocks: [
              {
                type: 'input',
                block_id: 'task',
                label: plain('Task'),
                element: { type: 'external_select', action_id: 'pick', min_query_length: 1 },
              },
            ],
          },
        });
      });
      app.options('pick', async ({ ack, payload }) => {
        await ack({ options: [{ text: plain(`Task ${payload.value}`), value: payload.value }] });
      });
      app.view('greet', async ({ ack, view }) => {
        const chosen = view.state.values['task']?.['pick']?.selected_option?.value;
        await ack({ response_action: 'errors', errors: { task: `chose ${chosen}` } });
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await anna.waitForView(() => true);
    expect(await anna.suggest('pick', '')).toMatchObject({ status: 0, options: [] });
    expect((await anna.suggest('Task', '51')).options).toEqual([{ text: plain('Task 51'), value: '51' }]);
    expect((await slack.as('anna').submit({ pick: '51' })).errors).toEqual({ task: 'chose 51' });
    await expect(anna.submit({ pick: 'nothing of that' })).rejects.toThrow('offers no option');
    expect(slack.complaints).toEqual([]);
  });

  it('tells of a closed view where the app asked for it', async () => {
    const closed: boolean[] = [];
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await ack();
        const view = { ...inputModal, notify_on_close: body.text === 'notify' };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      app.view({ callback_id: 'greet', type: 'view_closed' }, async ({ ack, body }) => {
        closed.push('is_cleared' in body && body.is_cleared === true);
        await ack();
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await anna.waitForView(() => true);
    expect(await anna.closeView()).toBeUndefined();
    await anna.command('/b24task notify');
    await anna.waitForView(() => true);
    expect((await anna.closeView())?.status).toBe(200);
    expect(anna.view()).toBeUndefined();
    expect(closed).toEqual([false]);
  });

  it('opens the home tab, whose buttons work', async () => {
    const slack = await start(mode, (app) => {
      app.event('app_home_opened', async ({ event, client }) => {
        await client.views.publish({ user_id: event.user, view: homeOf('opened') });
      });
      app.action('again', async ({ ack, body, client }) => {
        await ack();
        await client.views.publish({ user_id: body.user.id, view: homeOf('pressed') });
      });
    });
    const bob = slack.as('bob');
    expect((await bob.openHome()).status).toBe(200);
    await bob.waitForHome((view) => JSON.stringify(view.blocks).includes('opened'));
    expect((await bob.click('again')).status).toBe(200);
    await bob.waitForHome((view) => JSON.stringify(view.blocks).includes('pressed'));
    expect(slack.home('anna')).toBeUndefined();
  });

  it('hands the same interaction over twice with the same trigger, which works once', async () => {
    const errors: unknown[] = [];
    const triggers = new Set<string>();
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        triggers.add(body.trigger_id);
        try {
          await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
        } catch (error) {
          errors.push(error instanceof Error ? error.message : error);
        }
        await ack();
      });
    });
    const first = await slack.as('anna').command('/b24task');
    const second = await slack.redeliver(first.interaction);
    expect(second.status).toBe(200);
    expect(triggers.size).toBe(1);
    expect(errors).toEqual([expect.stringContaining('exchanged_trigger_id')]);
  });

  it('pushes up to three modals on top of each other, each with a trigger from the one below', async () => {
    const errors: string[] = [];
    const view = {
      ...inputModal,
      blocks: [
        {
          type: 'actions' as const,
          elements: [{ type: 'button' as const, action_id: 'deeper', text: plain('Deeper') }],
        },
      ],
    };
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await client.views.open({ trigger_id: body.trigger_id, view });
        await ack();
      });
      app.action('deeper', async ({ ack, client, body }) => {
        const trigger = 'trigger_id' in body ? body.trigger_id : '';
        try {
          await client.views.push({ trigger_id: trigger, view });
        } catch (error) {
          errors.push(String(error));
        }
        await ack();
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    const first = anna.view();
    await anna.click('Deeper');
    await anna.click('Deeper');
    expect(anna.view()).toMatchObject({ rootId: first?.id });
    expect(anna.view()?.previousId).not.toBe(first?.id);
    await anna.click('Deeper');
    expect(errors).toEqual([expect.stringContaining('push_limit_reached')]);
    await anna.closeView();
    await anna.closeView();
    expect(anna.view()).toBe(first);
  });

  it('hands a submission over twice without closing what lies below', async () => {
    const slack = await start(mode, (app) => {
      app.command('/b24task', async ({ ack, client, body }) => {
        await client.views.open({ trigger_id: body.trigger_id, view: inputModal });
        await ack();
      });
      app.view('greet', async ({ ack, view }) => {
        const isFirst = view.previous_view_id === null;
        await (isFirst ? ack({ response_action: 'push', view: inputModal }) : ack());
      });
    });
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await anna.submit({ name: 'one' });
    const second = await anna.submit({ name: 'two' });
    const left = anna.view();
    expect(left?.previousId).toBeNull();
    expect((await slack.redeliver(second.interaction)).status).toBe(200);
    expect(anna.view()).toBe(left);
  });

  it('sends events, again with the number and the reason of the retry', async () => {
    const seen: unknown[] = [];
    const slack = await start(mode, (app) => {
      app.event('app_uninstalled', async ({ body, context }) => {
        seen.push([body.event_id, context.retryNum, context.retryReason]);
      });
    });
    const first = await slack.sendEvent('app_uninstalled', {}, { eventId: 'Ev1' });
    await slack.redeliver(first.interaction, { retry: { attempt: 1, reason: 'http_timeout' } });
    expect(seen).toEqual([
      ['Ev1', undefined, undefined],
      ['Ev1', 1, 'http_timeout'],
    ]);
  });
});

function homeOf(text: string) {
  return {
    type: 'home' as const,
    blocks: [
      { type: 'section' as const, text: plain(text) },
      {
        type: 'actions' as const,
        elements: [{ type: 'button' as const, action_id: 'again', text: plain('Again') }],
      },
    ],
  };
}

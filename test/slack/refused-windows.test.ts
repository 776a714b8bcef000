import { afterEach, describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import type { Fault } from '../../src/sandbox/slack/state/faults.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import { delivery, fakeUseCases, type Harness, identity, openHarness, task } from './harness.ts';

const { accessDenied, buttons, commands, compose, connect } = textsIn('en');

const { linking, deliveries } = fakeUseCases();
const linked = { linking: { ...linking, find: async () => identity() } };
const { account } = identity();

/** A button that opens a window, and how it comes before somebody. */
type Scene = {
  readonly deps: Partial<SurfaceDeps>;
  readonly label: string;
  /** What is said where Slack does not open it. */
  readonly told: string;
  readonly show: (harness: Harness, anna: SandboxPerson) => Promise<unknown>;
};

async function showRefused({ surface, submissions }: Harness, anna: SandboxPerson): Promise<void> {
  await anna.command('/b24task 51 hello');
  const route = submissions.at(-1)?.route;
  const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure: { kind: 'no-access' } } });
  if (route) {
    await surface.reporter.report({ kind: 'final', delivery: refused, losses: [], route, attempts: 0 });
  }
}

const scenes: Readonly<Record<string, Scene>> = {
  'choose-task': {
    deps: {
      ...linked,
      accept: async () => ({ kind: 'failed', failure: { kind: 'too-many-waiting', most: 500 } }),
    },
    label: buttons.openForm,
    told: compose.notOpened,
    show: (_, anna) => anna.command('/b24task 51 hello'),
  },
  'edit-delivery': {
    deps: {
      ...linked,
      deliveries: {
        ...deliveries,
        contentOf: async () => ({
          account,
          task: task(51),
          requests: [],
          losses: [],
          wording: { excerpt: 'hello', mrkdwn: 'hello' },
        }),
      },
    },
    label: buttons.chooseTask,
    told: compose.notOpened,
    show: showRefused,
  },
  'confirm-connection': {
    deps: {
      connecting: {
        begin: async () => Promise.reject(new Error('nobody begins here')),
        waiting: async () => account,
        confirm: async () => ({ kind: 'gone' }),
        decline: async () => false,
      },
    },
    label: connect.confirm,
    told: commands.viewNotOpened,
    show: ({ directory }, anna) => {
      const route = { team: anna.teamId, user: anna.id, locale: 'en', place: { channel: '' } } as const;
      return directory.confirmationAsker.ask({ grant: 'grant-1', account, origin: { route, window: 'closed' } });
    },
  },
};

const refusals: readonly { readonly fault: Fault; readonly ofTheApp?: true; readonly refusedWith?: string }[] = [
  { fault: { error: 'expired_trigger_id' } },
  { fault: { error: 'exchanged_trigger_id' } },
  { fault: { error: 'invalid_arguments' }, refusedWith: 'invalid_arguments' },
  { fault: { error: 'view_too_large' }, refusedWith: 'view_too_large' },
  { fault: { error: 'push_limit_reached' }, refusedWith: 'push_limit_reached' },
  { fault: { status: 500 } },
  { fault: { reset: true } },
  { fault: { error: 'token_revoked' }, ofTheApp: true },
];

describe.each(Object.entries(scenes))('a window that %s does not get opened', (_, { deps, label, told, show }) => {
  let harness: Harness;
  afterEach(() => harness.close());

  it.each(refusals)('is said to be none, stays one press away, and sends nothing: $fault', async (refusal) => {
    harness = await openHarness({ deps });
    const { slack, submissions } = harness;
    const anna = slack.as('anna');
    await show(harness, anna);
    const sent = submissions.length;
    const mend = slack.fault('views.open', refusal.fault);
    await anna.click(label);
    const refused = refusal.refusedWith === undefined ? told : commands.viewRefused(refusal.refusedWith);
    const words = refusal.ofTheApp ? accessDenied['app-refused'] : refused;
    const answer = await anna.waitFor(({ text }) => text === words);
    expect([answer.replaced, anna.view(), submissions.length]).toEqual([0, undefined, sent]);

    mend();
    await anna.click(label);
    await anna.waitForView(({ content }) => content['submit'] !== undefined);
    expect(slack.complaints).toEqual([]);
  });
});

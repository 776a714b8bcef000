import { afterEach, describe, expect, it } from 'vitest';
import { personKey } from '../../src/domain/person.ts';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import { delivery, fakeUseCases, type Harness, openHarness } from './harness.ts';

const grid = { id: 'E0GRID0000', name: 'Grid' };
const workspaces = [
  { domain: 'acme', enterprise: grid, people: [{ name: 'anna' }], channels: [{ name: 'general', withApp: true }] },
];

/** Which of Slack's fields say where somebody is, as its documents show them for installations of either kind. */
const forms: readonly (readonly [string, (payload: JsonObject) => JsonObject])[] = [
  ['the organisation beside the team', (payload) => payload],
  ['the organisation only within the team', (payload) => ({ ...payload, enterprise: null })],
  ['the organisation only beside the team', (payload) => ({ ...payload, team: { id: 'T0ACME0000', domain: 'acme' } })],
  ['an organisation, and the team only of the user', (payload) => ({ ...payload, team: null })],
];

describe('on Enterprise Grid', () => {
  let harness: Harness;
  let asked: string[];

  const open = async () => {
    asked = [];
    const useCases = fakeUseCases();
    harness = await openHarness({
      slack: { workspaces },
      deps: {
        linking: {
          ...useCases.linking,
          find: async (person) => void asked.push(personKey(person)),
          linkWebhook: async (person) => {
            asked.push(personKey(person));
            return { ok: false, failure: { kind: 'not-a-webhook-url' } };
          },
        },
        resend: async ({ person }) => {
          asked.push(personKey(person));
          return { kind: 'gone' };
        },
      },
    });
    return harness.slack.as('anna');
  };
  afterEach(() => harness.close());

  /** Who the person is in this interaction, once more with other fields. */
  const seenAgain = async (answer: { readonly interaction?: { readonly payload: JsonObject } }, change: Change) => {
    const { interaction } = answer;
    if (!interaction) {
      throw new Error('Nothing reached the app');
    }
    asked = [];
    const payload = { ...change(interaction.payload), told: 'once more' };
    await harness.slack.redeliver({ type: 'interactive', payload, settle: () => {} });
    await harness.surface.stop();
    return new Set(asked);
  };

  it.each(forms)('a command and what follows it come from one person, where Slack names %s', async (_, change) => {
    const anna = await open();
    await anna.command('/b24task 51 hello');
    const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure: { kind: 'no-access' } } });
    const route = harness.submissions[0]?.route;
    const person = harness.submissions[0]?.person;
    if (!route || !person) {
      throw new Error('Nothing was sent');
    }
    expect(person).toEqual({ tenant: 'E0GRID0000', user: anna.id });
    const annaAlone = new Set([personKey(person)]);
    await harness.surface.reporter.report({ kind: 'final', delivery: refused, losses: [], route, attempts: 0 });

    expect(await seenAgain(await anna.click('Send again'), change)).toEqual(annaAlone);
    expect(await seenAgain(await anna.shortcut('send_to_b24task', await anna.post('hello')), change)).toEqual(
      annaAlone,
    );
    await anna.closeView({ all: true });
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    expect(await seenAgain(await anna.submit({ 'webhook-url': 'https://acme.example/' }), change)).toEqual(annaAlone);
  });

  it('replies go to the workspace in which somebody pressed', async () => {
    const anna = await open();
    await anna.command('/b24task 51 hello');
    expect(harness.submissions[0]?.route).toMatchObject({ team: 'T0ACME0000', enterprise: 'E0GRID0000' });
    expect(harness.submissions[0]?.interactionKey).toMatchObject({ scope: 'E0GRID0000' });
  });
});

type Change = (payload: JsonObject) => JsonObject;

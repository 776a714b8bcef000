import { describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import type { Mode } from './harness.ts';
import {
  actEverywhere,
  denials,
  elsewhere,
  grid,
  openShared,
  owns,
  rival,
  sister,
  tenantOf,
} from './shared-channel.ts';

const modes: readonly Mode[] = ['http', 'socket'];

const everywhere = Object.entries(owns).flatMap(([where, own]) =>
  Object.entries(elsewhere).flatMap(([whence, seed]) => modes.map((mode) => ({ where, own, whence, seed, mode }))),
);

describe('a person from outside in a shared channel', () => {
  it.each(everywhere)('of $whence is one person in all interactions in $where, over $mode', async (place) => {
    const opened = await openShared({ ...place, allowGuests: true });
    const [seen, expected] = [await actEverywhere(opened), `${tenantOf(place.own)}:${opened.eve.id}`];
    expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((interaction) => [interaction, [expected]])));
    expect(opened.harness.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each(everywhere)('of $whence is denied in $where when guests are, over $mode', async (place) => {
    const opened = await openShared({ ...place, allowGuests: false });
    const { eve, harness } = opened;
    await eve.command('/b24task 51 hello');
    await eve.shortcut('send_to_b24task', await eve.post('hello'));
    await eve.shortcut('write_to_b24task');
    await eve.openHome();
    await opened.settled();
    expect(opened.take()).toEqual([]);
    expect(denials(harness)).toEqual(Array(3).fill({ person: `${tenantOf(place.own)}:${eve.id}`, denial: 'foreign' }));
    expect(JSON.stringify(eve.home()?.content)).toContain('organisation');
  });
});

describe('a window that a person from outside has open', () => {
  const listed = [
    { now: 'guests are not admitted any more', change: { allowGuests: false }, denied: ['foreign'] },
    { now: 'SLACK_TEAMS names the place with the app', change: { teams: ['T0ACME0000', grid.id] }, denied: [] },
    { now: 'SLACK_TEAMS names theirs alone', change: { teams: ['T0RIVAL000', rival.id] }, denied: ['team'] },
  ];
  const cases = listed.flatMap((each) => Object.entries(owns).map(([where, own]) => ({ ...each, where, own })));

  it.each(cases)("is judged by the app's workspace when $now, in $where", async ({ own, change, denied }) => {
    const rules: SurfaceDeps['rules'] = { allowGuests: true };
    const opened = await openShared({ own, seed: elsewhere['another organisation'], mode: 'http', rules });
    const { eve, harness } = opened;
    await eve.command('/b24task connect');
    await eve.waitForView(({ content }) => content['submit'] !== undefined);
    Object.assign(rules, change);
    opened.take();
    await eve.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' });
    await opened.settled();
    expect(denials(harness).map(({ denial }) => denial)).toEqual(denied);
    expect(opened.take().length > 0).toBe(denied.length === 0);
  });
});

describe('a window in an organisation that installed the app everywhere', () => {
  const own = owns['an organisation that installed it everywhere'];
  const people = { 'one of its people': undefined, 'somebody of another of its workspaces': sister, ...elsewhere };
  const told = [
    { named: 'a workspace of it', teams: ['T0ACME0000'], denied: [] },
    { named: 'the organisation', teams: [grid.id], denied: [] },
    { named: 'a workspace that is not in it', teams: ['T0SOMEWHERE'], denied: ['team'] },
    { named: 'a workspace, and Slack does not tell', teams: ['T0ACME0000'], isSilent: true, denied: ['unverified'] },
  ];
  const cases = told.flatMap((each) => Object.entries(people).map(([whose, seed]) => ({ ...each, whose, seed })));

  it.each(cases)('of $whose is judged by its workspaces where SLACK_TEAMS names $named', async (scene) => {
    const { teams, isSilent = false, denied, seed } = scene;
    const rules: SurfaceDeps['rules'] = { allowGuests: true };
    const opened = await openShared({ own, seed: seed ?? sister, mode: 'http', rules });
    const { harness } = opened;
    const person = harness.slack.as(seed ? 'eve' : 'anna');
    await person.command('/b24task connect');
    await person.waitForView(({ content }) => content['submit'] !== undefined);
    Object.assign(rules, { teams });
    if (isSilent) {
      harness.slack.fault('auth.teams.list', { error: 'internal_error' });
    }
    opened.take();
    await person.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' });
    await opened.settled();
    expect(denials(harness).map(({ denial }) => denial)).toEqual(denied);
    expect(opened.take()).toEqual(denied.length === 0 ? [`${grid.id}:${person.id}`] : []);
  });
});

describe('a person of another workspace of the same organisation', () => {
  it.each(modes)('is no guest, over %s', async (mode) => {
    const own = owns['a workspace of an organisation, with its token'];
    const opened = await openShared({ own, seed: sister, mode, allowGuests: false });
    const seen = await actEverywhere(opened);
    expect(new Set(Object.values(seen).flat())).toEqual(new Set([`${grid.id}:${opened.eve.id}`]));
    expect(denials(opened.harness)).toEqual([]);
  });
});

describe('an administrator from outside', () => {
  it.each(Object.entries(elsewhere))('of %s is no administrator here', async (_, seed) => {
    const own = owns['a workspace, with its token'];
    const opened = await openShared({
      own,
      seed: { ...seed, isAdmin: true, isOwner: true },
      mode: 'http',
      defaultsBy: 'admins',
    });
    const { eve, harness } = opened;
    const said = async () => String((await eve.command('/b24task default 51')).json['text']);
    expect(await said()).toContain(textsIn('en').defaults.adminsOnly);
    harness.slack.changePerson('eve', { homeTeamId: 'T0ACME0000' });
    expect(await said()).not.toContain(textsIn('en').defaults.adminsOnly);
  });
});

/** Other fields that Slack may name the places with; each is what was sent, changed. */
const forms: Readonly<Record<string, (payload: JsonObject) => JsonObject>> = {
  'the organisation of who acts beside our team': (payload) => ({ ...payload, team: ourTeam, enterprise: rival }),
  'our organisation as the place of the app': (payload) => installedIn(payload, grid.id),
  'our workspace as the place of the app': (payload) => installedIn(payload, 'T0ACME0000'),
  'no team, and our organisation': (payload) => ({ ...payload, team: null, enterprise: grid }),
};
const ourTeam = { id: 'T0ACME0000', domain: 'acme' };

const installedIn = (payload: JsonObject, id: string): JsonObject => ({
  ...payload,
  view: { ...Object(payload['view']), app_installed_team_id: id },
});

describe('payloads of other forms', () => {
  const { 'a workspace of an organisation, with its token': token, ...others } = owns;
  const kinds = { 'a workspace': token, 'an organisation': others['an organisation that installed it everywhere'] };
  const cases = Object.entries(kinds).flatMap(([where, own]) =>
    Object.entries(forms).map(([form, change]) => ({ where, own, form, change })),
  );

  it.each(cases)('with $form are of the same person in $where', async ({ own, change }) => {
    const opened = await openShared({ own, seed: elsewhere['another organisation'], mode: 'http', allowGuests: true });
    const { eve, harness } = opened;
    await eve.command('/b24task connect');
    await eve.waitForView(({ content }) => content['submit'] !== undefined);
    const { interaction } = await eve.submit({ 'webhook-url': 'https://acme.example/' });
    opened.take();
    const payload = { ...change({ ...interaction?.payload }), told: 'once more' };
    await harness.slack.redeliver({ type: 'interactive', payload, settle: () => {} });
    await opened.settled();
    expect(opened.take()).toEqual([`${grid.id}:${eve.id}`]);
  });

  it('with an organisation that our workspace is not in are asked about once, and told by Slack', async () => {
    const opened = await openShared({
      own: { kind: 'token' },
      seed: elsewhere['another organisation'],
      mode: 'http',
      allowGuests: true,
    });
    const { eve, harness } = opened;
    await eve.command('/b24task connect');
    await eve.waitForView(({ content }) => content['submit'] !== undefined);
    const { interaction } = await eve.submit({ 'webhook-url': 'https://acme.example/' });
    opened.take();
    const asked = () => harness.slack.calls.filter(({ method }) => method === 'auth.test').length;
    const before = asked();
    for (const told of ['once more', 'and once more']) {
      const payload = { ...interaction?.payload, team: ourTeam, enterprise: rival, told };
      await harness.slack.redeliver({ type: 'interactive', payload, settle: () => {} });
    }
    await opened.settled();
    expect(opened.take()).toEqual([`T0ACME0000:${eve.id}`]);
    expect(asked() - before).toBe(1);
  });
});

describe('a place where the app is not', () => {
  const cases = Object.entries(owns).flatMap(([where, own]) =>
    Object.values(elsewhere).map(({ homeTeamId: id, ...home }) => {
      const enterprise = 'homeEnterprise' in home ? home.homeEnterprise : null;
      return { where, own, id, place: { team: { id, domain: 'other' }, enterprise } };
    }),
  );

  it.each(cases)('is told so, and has nobody in common with $where: $id', async ({ own, place }) => {
    const opened = await openShared({ own, seed: elsewhere['another organisation'], mode: 'http' });
    const { eve, harness } = opened;
    const { interaction } = await eve.shortcut('write_to_b24task');
    await eve.waitForView(({ content }) => content['submit'] !== undefined);
    opened.take();
    const payload = { ...interaction?.payload, ...place, told: 'once more' };
    await harness.slack.redeliver({ type: 'interactive', payload, settle: () => {} });
    await opened.settled();
    expect(opened.take()).toEqual([]);
    const tenant = place.enterprise?.id ?? place.team.id;
    expect(denials(harness)).toEqual([{ person: `${tenant}:${eve.id}`, denial: 'not-installed' }]);
  });
});

describe('while Slack does not tell where its token is for', () => {
  const answers = [{ reset: true }, { status: 200, body: '{"ok":true}' }] as const;
  const cases = (['a workspace, with its token', 'a workspace that installed it'] as const).flatMap((where) =>
    answers.map((telling) => ({ where, telling })),
  );

  it.each(cases)(
    'what is known of $where counts, and not what a window of elsewhere names: $telling',
    async (scene) => {
      const { where, telling } = scene;
      const own = owns[where];
      const opened = await openShared({ own, seed: elsewhere['another organisation'], mode: 'http', telling });
      const { eve } = opened;
      await eve.command('/b24task connect');
      await eve.waitForView(({ content }) => content['submit'] !== undefined);
      opened.take();
      await eve.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' });
      await opened.settled();
      expect(opened.take()).toEqual([`${tenantOf(own)}:${eve.id}`]);
    },
  );
});

describe('a workspace that joined an organisation after it installed the app', () => {
  it('has the people of the organisation, as Slack says when it is asked', async () => {
    const own = owns['a workspace of an organisation that installed it'];
    const opened = await openShared({
      own,
      seed: elsewhere['another organisation'],
      mode: 'http',
      allowGuests: true,
      knowsOf: undefined,
    });
    const anna = opened.harness.slack.as('anna');
    await anna.command('/b24task 51 hello');
    await opened.settled();
    expect(opened.take()).toEqual([`${grid.id}:${anna.id}`]);
  });
});

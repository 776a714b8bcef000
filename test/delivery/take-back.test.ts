import { describe, expect, it } from 'vitest';
import { createTakingBack, type TakingBackDeps } from '../../src/delivery/take-back.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { failed, success } from '../../src/domain/result.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { delivery, identity } from '../slack/harness.ts';

const sent = (parts = 1, changed: Partial<Delivery> = {}) =>
  delivery({ state: 'delivered', outcome: { kind: 'delivered' }, parts, partsDelivered: parts, ...changed });

type Given = {
  readonly about?: Delivery | undefined;
  readonly linked?: ReturnType<typeof identity> | undefined;
  readonly found?: readonly string[];
  /** What the portal does for each message; deletes it where nothing is said. */
  readonly portal?: Readonly<Record<string, 'not-allowed' | PortalFailure>>;
} & Partial<TakingBackDeps>;

/** Taking back, between an outbox and a portal that say what they are told to. */
function open({ about = sent(), found = ['1'], portal = {}, ...changed }: Given = {}) {
  const [deleted, noted]: [string[], string[]] = [[], []];
  let asked = 0;
  const linked = 'linked' in changed ? changed.linked : { ...identity(), scopes: ['task', 'tasks', 'im'] };
  const takingBack = createTakingBack({
    outbox: {
      find: async (_, id) => (id === about.id ? about : undefined),
      noteTakenBack: async (_, id) => void noted.push(id),
    },
    findIdentity: async () => linked,
    actAs: (_, { credential }, call) => call(credential),
    findMessages: async () => success(found),
    remover: {
      async remove({ messageId }) {
        const said = portal[messageId];
        if (typeof said === 'object') {
          return failed(said);
        }
        if (said === undefined) {
          deleted.push(messageId);
        }
        return success(said ?? 'removed');
      },
    },
    async learnScopes() {
      asked += 1;
    },
    log: recordingLog([]),
    ...changed,
  });
  const takeBack = async () => {
    const { kind } = await takingBack.takeBack(about.person, 'delivery-1');
    return { kind, deleted, noted };
  };
  return { ...takingBack, takeBack, asked: () => asked };
}

describe('taking back', () => {
  it('deletes every part, the last one first, and remembers it', async () => {
    const { takeBack } = open({ about: sent(3), found: ['1', '2', '3'] });
    expect(await takeBack()).toEqual({ kind: 'taken-back', deleted: ['3', '2', '1'], noted: ['delivery-1'] });
  });

  it('deletes what there is where a file was left out', async () => {
    const about = sent(2, { leftOut: [{ part: 2, problem: { kind: 'no-im' } }] });
    expect(await open({ about }).takeBack()).toMatchObject({ kind: 'taken-back', deleted: ['1'] });
  });

  it('asks no portal for what was taken back before', async () => {
    const about = sent(1, { outcome: { kind: 'delivered', takenBack: true } });
    expect(await open({ about }).takeBack()).toEqual({ kind: 'taken-back', deleted: [], noted: [] });
  });

  it.each<[string, Given, string, string[]]>([
    ['it did not arrive', { about: delivery({ state: 'unknown', outcome: { kind: 'unknown' } }) }, 'nothing', []],
    ['it is still on its way', { about: delivery() }, 'nothing', []],
    ['it is unknown', { about: sent(1, { id: 'delivery-2' }) }, 'nothing', []],
    ['it was written as somebody else', { linked: identity({ userId: '9' }) }, 'other-account', []],
    ['its author has unlinked', { linked: undefined }, 'other-account', []],
    ['it is not there', { found: [] }, 'not-found', []],
    ['the portal refuses', { portal: { 1: 'not-allowed' } }, 'not-allowed', []],
    ['a part is not there', { about: sent(2) }, 'partly', ['1']],
    ['the portal refuses a part', { about: sent(2), found: ['1', '2'], portal: { 2: 'not-allowed' } }, 'partly', ['1']],
    ['the portal does not answer', { portal: { 1: { kind: 'no-answer' } } }, 'not-certain', []],
    ['the chat cannot be read', { findMessages: async () => failed({ kind: 'no-access' }) }, 'failed', []],
    ['a permission is missing', { portal: { 1: { kind: 'missing-scope', scopes: ['im'] } } }, 'failed', []],
  ])('tells what stands in its way: %s', async (_, given, kind, deleted) => {
    expect(await open(given).takeBack()).toEqual({ kind, deleted, noted: [] });
  });

  it('asks anew what the portal grants where a permission is missing', async () => {
    const { takeBack, asked } = open({ portal: { 1: { kind: 'missing-scope', scopes: ['im'] } } });
    await takeBack();
    expect(asked()).toBe(1);
  });

  const mayDelete: Identity = { ...identity(), scopes: ['im'] };
  it.each<[string, Delivery, Identity | undefined, boolean]>([
    ['with the permission', sent(), mayDelete, true],
    ['without it', sent(), { ...identity(), scopes: ['task', 'tasks'] }, false],
    ['where that is not known', sent(), identity(), false],
    ['as somebody else', sent(), { ...identity({ userId: '9' }), scopes: ['im'] }, false],
    ['unlinked', sent(), undefined, false],
    ['while it is not delivered', delivery(), mayDelete, false],
  ])('is offered, or not: %s', (_, about, linked, isOffered) => {
    expect(open({}).isOffered(about, linked)).toBe(isOffered);
  });
});

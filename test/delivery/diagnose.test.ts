import { describe, expect, it } from 'vitest';
import { createDiagnose, type DiagnoseDeps } from '../../src/delivery/diagnose.ts';
import { createLinkCheck, type LinkCheckDeps } from '../../src/delivery/link-check.ts';
import type { PortalAnswers } from '../../src/delivery/ports.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { portalOriginOf } from '../../src/domain/portal.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';

const portal = portalOriginOf('https://acme.bitrix24.com') ?? expect.unreachable();
const anna = { tenant: 'T1', user: 'U1' };
const account = { portal, userId: '7', name: 'Anna' };
const beyond = ['portal', 'credential', 'scopes', 'task-chat', 'key', 'pacing'];

describe('examining the chain', () => {
  it('goes no further than the storage when that fails', async () => {
    const broken = { ping: () => Promise.reject(new Error('down')) };
    expect(await diagnose({ storage: broken })).toEqual({
      findings: [
        { kind: 'storage', reachable: false },
        { kind: 'unchecked', what: ['link', ...beyond] },
      ],
    });
    const findIdentity = () => Promise.reject(new Error('cannot be decrypted'));
    expect((await diagnose({ findIdentity })).findings[0]).toEqual({ kind: 'storage', reachable: false });
  });

  it('asks no portal for somebody who is not linked', async () => {
    const asked: unknown[] = [];
    const check: LinkCheckDeps['portal']['check'] = async (question) => {
      asked.push(question);
      return granted(['task', 'tasks']);
    };
    expect((await diagnose({ findIdentity: async () => undefined, portal: { check } })).findings).toEqual([
      { kind: 'storage', reachable: true },
      { kind: 'link', account: undefined },
      { kind: 'unchecked', what: beyond },
    ]);
    expect(asked).toEqual([]);
  });

  it('names each scope that is missing, once', async () => {
    const check = async () => ({
      ...granted(['task']),
      taskChat: refused({ kind: 'missing-scope', scopes: ['tasks'] }),
    });
    expect((await diagnose({ portal: { check } })).findings.slice(2, 6)).toEqual([
      { kind: 'portal' },
      { kind: 'credential' },
      { kind: 'scopes', missing: ['tasks'], lacking: { seesChats: false } },
      { kind: 'unchecked', what: ['task-chat'] },
    ]);
  });

  it.each([
    'unreachable',
    'no-answer',
    'unreadable-answer',
    'throttled',
    'portal-closed',
    'portal-blocked',
    'plan',
  ] as const)('reports %s as a failure of the portal, once', async (kind) => {
    const check = async () => ({ account: refused({ kind }), taskChat: refused({ kind }) });
    expect((await diagnose({ portal: { check } })).findings.slice(2, 5)).toEqual([
      { kind: 'portal', failure: { kind } },
      { kind: 'unchecked', what: ['credential', 'scopes', 'task-chat'] },
      { kind: 'key' },
    ]);
  });

  it('renews an expired token and asks again', async () => {
    const tokens: string[] = [];
    const found = await diagnose({
      findIdentity: async () => connected('old'),
      refreshIdentity: async () => success(connected('new')),
      portal: {
        async check({ credential }) {
          const token = credential.kind === 'oauth' ? credential.accessToken.reveal() : '';
          tokens.push(token);
          const expired = refused({ kind: 'token-expired' });
          return token === 'new' ? granted(['task', 'tasks']) : { account: expired, taskChat: expired };
        },
      },
    });
    expect(tokens).toEqual(['old', 'new']);
    expect(found.findings.filter((finding) => 'failure' in finding)).toEqual([]);
  });

  it.each<PortalFailure>([{ kind: 'credential-rejected' }, { kind: 'authorisation-unavailable' }])(
    'tells why an expired token could not be renewed: %j',
    async (failure) => {
      const expired = refused({ kind: 'token-expired' });
      const found = await diagnose({
        findIdentity: async () => connected('old'),
        refreshIdentity: async () => failed(failure),
        portal: { check: async () => ({ account: expired, taskChat: expired }) },
      });
      expect(found.findings).toContainEqual({ kind: 'credential', failure });
    },
  );
});

function diagnose({
  refreshIdentity = async () => failed({ kind: 'token-expired' }),
  noteScopes = async () => {},
  portal = { check: async () => granted(['task', 'tasks']) },
  ...changed
}: Partial<DiagnoseDeps & LinkCheckDeps>) {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return createDiagnose({
    storage: { ping: async () => {} },
    findIdentity: async () => connected('good'),
    checkLink: createLinkCheck({ portal, refreshIdentity, noteScopes, log }),
    outbox: { listOpen: async () => [], listEnded: async () => [] },
    now: () => 0,
    parking: { release: async () => 0 },
    pacer: { headroom: async () => ({ left: 50, burst: 50, perSecond: 2 }) },
    memory: { honoursKey: async () => undefined },
    log,
    ...changed,
  })(anna);
}

function granted(scopes: readonly string[]): PortalAnswers {
  return { account: success({ account, scopes }), taskChat: success<true>(true) };
}

function refused(failure: PortalFailure) {
  return failed(failure);
}

function connected(token: string): Identity {
  const credential = {
    kind: 'oauth',
    portal,
    accessToken: new Secret(token),
    refreshToken: new Secret('refresh'),
    memberId: 'm',
  } as const;
  return { id: 'identity-1', account, linkedAt: 0, credential };
}

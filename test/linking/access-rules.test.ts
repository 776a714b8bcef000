import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Applicant, accessRefusalOf } from '../../src/linking/access-rules.ts';

const member = { deactivated: false, guest: false, foreign: false };

function applicant(changed: Partial<Applicant> = {}): Applicant {
  return { team: 'T1', userStatus: member, isLinked: false, ...changed };
}

describe('the rules about people', () => {
  it.each([
    ['a member', applicant(), undefined],
    ['a guest', applicant({ userStatus: { ...member, guest: true } }), 'guest'],
    ['somebody of another organisation', applicant({ userStatus: { ...member, foreign: true } }), 'foreign'],
    ['a foreign guest', applicant({ userStatus: { ...member, foreign: true, guest: true } }), 'foreign'],
    ['somebody deactivated', applicant({ userStatus: { ...member, deactivated: true } }), 'deactivated'],
    ['somebody unknown', applicant({ userStatus: undefined }), 'unverified'],
    ['somebody unknown who was let in before', applicant({ userStatus: undefined, isLinked: true }), undefined],
    ['a guest who was let in before', applicant({ userStatus: { ...member, guest: true }, isLinked: true }), 'guest'],
  ] as const)('without anything allowed: %s', (_, who, refusal) => {
    expect(accessRefusalOf({ allowGuests: false }, who)).toBe(refusal);
  });

  it.each([
    [{ guest: true }, undefined],
    [{ foreign: true }, undefined],
    [{ deactivated: true }, 'deactivated'],
  ] as const)('with guests allowed: %j', (userStatus, refusal) => {
    expect(accessRefusalOf({ allowGuests: true }, applicant({ userStatus: { ...member, ...userStatus } }))).toBe(
      refusal,
    );
    expect(accessRefusalOf({ allowGuests: true }, applicant({ userStatus: undefined }))).toBeUndefined();
  });

  it('let nobody in from a place that is not named, whatever else holds', () => {
    const ids = fc.constantFrom('T1', 'T2', 'E1', 'E2');
    const someone = fc.record(
      {
        team: ids,
        enterprise: ids,
        userStatus: fc.record({ deactivated: fc.boolean(), guest: fc.boolean(), foreign: fc.boolean() }),
        isLinked: fc.boolean(),
      },
      { requiredKeys: ['team', 'userStatus', 'isLinked'] },
    );
    fc.assert(
      fc.property(someone, fc.array(ids), fc.boolean(), (who, teams, allowGuests) => {
        const isNamed = teams.includes(who.team) || (who.enterprise !== undefined && teams.includes(who.enterprise));
        expect(accessRefusalOf({ teams, allowGuests }, who) === 'team').toBe(!isNamed);
      }),
    );
  });
});

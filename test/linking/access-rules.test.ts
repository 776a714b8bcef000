import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Applicant, refusalOf } from '../../src/linking/access-rules.ts';

const member = { deactivated: false, guest: false, foreign: false };

function applicant(changed: Partial<Applicant> = {}): Applicant {
  return { team: 'T1', standing: member, isLinked: false, ...changed };
}

describe('the rules about people', () => {
  it.each([
    ['a member', applicant(), undefined],
    ['a guest', applicant({ standing: { ...member, guest: true } }), 'guest'],
    ['somebody of another organisation', applicant({ standing: { ...member, foreign: true } }), 'foreign'],
    ['a foreign guest', applicant({ standing: { ...member, foreign: true, guest: true } }), 'foreign'],
    ['somebody deactivated', applicant({ standing: { ...member, deactivated: true } }), 'deactivated'],
    ['somebody unknown', applicant({ standing: undefined }), 'unverified'],
    ['somebody unknown who was let in before', applicant({ standing: undefined, isLinked: true }), undefined],
    ['a guest who was let in before', applicant({ standing: { ...member, guest: true }, isLinked: true }), 'guest'],
  ] as const)('without anything allowed: %s', (_, who, refusal) => {
    expect(refusalOf({ allowGuests: false }, who)).toBe(refusal);
  });

  it.each([
    [{ guest: true }, undefined],
    [{ foreign: true }, undefined],
    [{ deactivated: true }, 'deactivated'],
  ] as const)('with guests allowed: %j', (standing, refusal) => {
    expect(refusalOf({ allowGuests: true }, applicant({ standing: { ...member, ...standing } }))).toBe(refusal);
    expect(refusalOf({ allowGuests: true }, applicant({ standing: undefined }))).toBeUndefined();
  });

  it('let nobody in from a place that is not named, whatever else holds', () => {
    const ids = fc.constantFrom('T1', 'T2', 'E1', 'E2');
    const someone = fc.record(
      {
        team: ids,
        enterprise: ids,
        standing: fc.record({ deactivated: fc.boolean(), guest: fc.boolean(), foreign: fc.boolean() }),
        isLinked: fc.boolean(),
      },
      { requiredKeys: ['team', 'standing', 'isLinked'] },
    );
    fc.assert(
      fc.property(someone, fc.array(ids), fc.boolean(), (who, teams, allowGuests) => {
        const isNamed = teams.includes(who.team) || (who.enterprise !== undefined && teams.includes(who.enterprise));
        expect(refusalOf({ teams, allowGuests }, who) === 'team').toBe(!isNamed);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { present } from '../../src/domain/present.ts';

describe('what is present', () => {
  it('is every member with a value, also one that is empty or nought', () => {
    const given = { text: '', count: 0, wanted: false, list: [], absent: undefined, none: null };
    expect(present(given)).toStrictEqual({ text: '', count: 0, wanted: false, list: [] });
  });

  it('takes the place of members that were there before only where there is a value', () => {
    const title: string | undefined = undefined;
    expect({ title: 'as before', ...present({ title }) }).toStrictEqual({ title: 'as before' });
  });
});

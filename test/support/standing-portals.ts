import type { LeadsTo, Moving } from '../../src/linking/moving.ts';

const isSame: LeadsTo = async (_, from, to) => from === to;

/** No portal ever moves. */
export const standingPortals: Pick<Moving, 'learn' | 'leads' | 'names' | 'follow'> = {
  learn: async () => {},
  leads: isSame,
  names: isSame,
  follow: async () => {},
};

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StateStore } from '@slack/bolt';
import type { Secret } from '../../domain/secret.ts';
import type { UsedOnce } from '../../linking/ports.ts';

/** What making and checking the state of an installation needs. */
export type InstallStatesDeps = {
  readonly secret: Secret;
  readonly used: UsedOnce;
  /** Whether one more that proves where it began may cost a record and a call of Slack. */
  readonly mayGoOn: () => boolean;
  readonly now: () => number;
  /** What Bolt is given back with a state that holds. */
  readonly scopes: readonly string[];
  readonly redirectUri: string;
};

/** How long an installation may take between its two pages. Bolt keeps its cookie as long. */
export const stateLivesMs = 10 * 60_000;

/** A state was made up, used before, or is too old. */
export class StateRefusedError extends Error {
  override readonly name = 'StateRefusedError';
}

/** More installations come back than there should be: somebody makes them up. */
export class TooManyInstallationsError extends Error {
  override readonly name = 'TooManyInstallationsError';
}

const perMinute = 60;

/**
 * Limits installations per minute, far above honest use. Anybody may begin one and come back with a made-up code, which
 * costs a record and a call of Slack.
 */
export function createInstallationBudget(now: () => number): () => boolean {
  let [minute, count] = [0, 0];
  return () => {
    const current = Math.floor(now() / 60_000);
    count = current === minute ? count + 1 : 1;
    minute = current;
    return count <= perMinute;
  };
}

/**
 * States that prove where an installation began: `<random>.<issued at, base 36>.<signature>`. Nothing is stored when
 * one is issued, because anybody may open the install page; what comes back signed is noted, so that it counts once.
 * Bolt compares the state with the browser's cookie before it asks here.
 */
export function createInstallStates(deps: InstallStatesDeps): StateStore {
  const { secret, used, mayGoOn, now, scopes, redirectUri } = deps;
  return {
    async generateStateParam() {
      const issued = `${randomBytes(24).toString('base64url')}.${now().toString(36)}`;
      return `${issued}.${sign(issued)}`;
    },
    async verifyStateParam(_date, state) {
      const [, issued = '', issuedAt = '', signature = ''] =
        /^([\w-]{32}\.([0-9a-z]{1,12}))\.([\w-]{43})$/.exec(state) ?? [];
      if (!isSignature(issued, signature)) {
        throw new StateRefusedError('The state was not made here');
      }
      const age = now() - Number.parseInt(issuedAt, 36);
      if (age > stateLivesMs) {
        throw new StateRefusedError('The state is too old');
      }
      if (!mayGoOn()) {
        throw new TooManyInstallationsError('Too many installations come back');
      }
      if (!(await used.claim(issued))) {
        throw new StateRefusedError('The state was used before');
      }
      return { scopes: [...scopes], redirectUri };
    },
  };

  function sign(issued: string): string {
    return createHmac('sha256', secret.reveal()).update(`b24task install ${issued}`).digest('base64url');
  }

  function isSignature(issued: string, signature: string): boolean {
    const [given, right] = [Buffer.from(signature), Buffer.from(sign(issued))];
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

import type { Installation as GrantedInstallation } from '@slack/bolt';
import type { BotAccess, Installation } from '../../domain/installation.ts';
import { Secret } from '../../domain/secret.ts';

/**
 * What Slack granted, as it is kept. Throws when there is no bot in it, which the scopes that are asked for rule out.
 */
export function readInstallation(
  { team, enterprise, isEnterpriseInstall, bot }: GrantedInstallation,
  installedAt: number,
): Installation {
  const place = isEnterpriseInstall ? enterprise : team;
  if (!place || !bot) {
    throw new Error('Slack granted an installation without a place or a bot');
  }
  return {
    id: place.id,
    name: place.name ?? place.id,
    ...(enterprise && !isEnterpriseInstall ? { enterprise: enterprise.id } : {}),
    bot: readBot(bot),
    installedAt,
  };
}

/** Bolt counts the end of a token in seconds. */
function readBot({
  token,
  userId,
  scopes,
  refreshToken,
  expiresAt,
}: NonNullable<GrantedInstallation['bot']>): BotAccess {
  return {
    token: new Secret(token),
    userId,
    scopes,
    ...(refreshToken && expiresAt
      ? { rotation: { refreshToken: new Secret(refreshToken), expiresAt: expiresAt * 1_000 } }
      : {}),
  };
}

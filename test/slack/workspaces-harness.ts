import { onTestFinished } from 'vitest';
import type { Installation } from '../../src/domain/installation.ts';
import type { Person } from '../../src/domain/person.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createForgetting } from '../../src/linking/forget.ts';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { createWorkspaces, type WorkspaceSettings } from '../../src/slack/installation/workspaces.ts';
import { newFolder, openTestStorage } from '../linking/harness.ts';
import { collectInto, identity, type LogLine } from './harness.ts';

/** The person who is linked. */
export const anna: Person = { tenant: 'T0ACME0000', user: 'U0ANNA0000' };
/** When the app was installed (epoch ms). */
export const installedAt = Date.UTC(2026, 10, 22, 14);

type Kind = 'one-workspace' | 'installable';

/** Places between a real Slack and a real storage, in which Anna is linked. */
export async function openPlaces(kind: Kind) {
  const slack = await startSlack();
  onTestFinished(() => slack.close());
  const storage = await openTestStorage({ dataDir: newFolder() });
  const { installations, identities, personalData: data, personLock: lock } = storage;
  const log: LogLine[] = [];
  const settings: WorkspaceSettings = {
    access:
      kind === 'one-workspace'
        ? { kind, botToken: new Secret(slack.botToken()) }
        : { kind, clientId: '1.2', clientSecret: new Secret('secret'), stateSecret: new Secret('state-secret') },
    slackApiUrl: slack.apiUrl,
    publicUrl: 'https://b24task.example.com',
    rules: { allowGuests: true },
  };
  const places = createWorkspaces(settings, {
    storage,
    forgetting: createForgetting({ installations, identities, data, lock, log: collectInto(log) }),
    now: () => installedAt,
    log: collectInto(log),
  });
  await storage.identities.save(anna, identity());
  const bot = { token: new Secret(slack.botToken()), userId: 'UBOT', scopes: [] };
  const installation: Installation = { id: 'T0ACME0000', name: 'Acme', bot, installedAt };
  if (kind === 'installable') {
    await installations.save(installation);
  }
  return { slack, storage, places, installation };
}

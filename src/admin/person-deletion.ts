import { createForgetting } from '../linking/forget.ts';
import type { Storage } from '../storage/open.ts';
import { type AdminCommand, withStorage } from './command.ts';

const usage = [
  'Usage: npm run forget -- <team> <user>',
  '  <team>  id of the workspace (T…), or of the Enterprise Grid organisation (E…)',
  '  <user>  id of the person (U… or W…); Slack shows it in the profile under "Copy member ID"',
];

/** `npm run forget -- <team> <user>`: deletes everything that is stored about a person. */
export const forget: AdminCommand = async (context) => {
  const { print, args } = context;
  const [team = '', user = '', ...more] = args;
  if (!/^[TE][A-Z0-9]+$/.test(team) || !/^[UW][A-Z0-9]+$/.test(user) || more.length > 0) {
    for (const line of usage) {
      print(line);
    }
    return 2;
  }
  return withStorage(context, async (storage) => {
    const erased = await eraseEverywhere(storage, team, user);
    await storage.vacuum();
    if (erased.records + erased.deliveries === 0) {
      print(`Nothing is stored about ${user} of ${team}.`);
      if (team.startsWith('T')) {
        print('In an Enterprise Grid organisation, give the id of the organisation (E…).');
      }
    } else {
      print(`Deleted all about ${user} of ${team}: ${erased.records} records and ${erased.deliveries} messages.`);
    }
    return 0;
  });
};

/** People of an organisation are kept under its id, whichever of its workspaces they are named with. */
async function eraseEverywhere(storage: Storage, team: string, user: string) {
  const { installations, identities, personalData: data, personLock: lock } = storage;
  const forgetting = createForgetting({ installations, identities, data, lock, log: silent });
  const enterprise = (await installations.find(team))?.enterprise;
  const erased = { records: 0, deliveries: 0 };
  for (const tenant of new Set([team, enterprise ?? team])) {
    const { records, deliveries } = await forgetting.forgetPerson({ tenant, user });
    erased.records += records;
    erased.deliveries += deliveries;
  }
  return erased;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

import { locales } from '../../domain/locale.ts';
import type { Person } from '../../domain/person.ts';
import { type AccessRefusal, type AccessRules, accessRefusalOf, allowsTeam } from '../../linking/access-rules.ts';
import type { Linking } from '../../linking/link.ts';
import type { Texts } from '../../locales/en.ts';
import { textsIn } from '../../locales/locale.ts';
import type { Workspace } from '../web-api/clients.ts';
import type { OrganisationWorkspaces } from './organisation-workspaces.ts';
import type { OwnPlaces } from './own-places.ts';
import type { People } from './people.ts';

/**
 * Why somebody's interaction is not worked on. `app-refused`: Slack does not accept the app, so it tells it nothing.
 */
export type AccessDenial = AccessRefusal | 'not-installed' | 'app-refused';

/** Somebody who did something, as far as the rules look. */
type SlackApplicant = {
  readonly person: Person;
  readonly workspace: Workspace;
  /** The window in which they did it. */
  readonly modal?: string;
};

/** The administrator's rules, asked for every interaction. */
export type AccessPolicy = {
  /** `undefined` when the interaction may be worked on. Rejects when the storage fails. */
  denialFor(applicant: SlackApplicant): Promise<AccessDenial | undefined>;
};

/** What deciding about access needs. */
export type AccessPolicyDeps = {
  readonly rules: AccessRules;
  readonly places: Pick<OwnPlaces, 'isOurs'>;
  readonly workspacesOf: OrganisationWorkspaces;
  readonly people: People;
  readonly linking: Pick<Linking, 'find' | 'leave'>;
};

/** Creates the access policy. Somebody found deactivated is unlinked at once. */
export function createAccessPolicy({ rules, places, workspacesOf, people, linking }: AccessPolicyDeps): AccessPolicy {
  return {
    async denialFor(applicant) {
      const { workspace, person } = applicant;
      const isAllowed = allowsTeam(rules, workspace) || (await isWindowWithin(applicant));
      if (!isAllowed) {
        return isAllowed === undefined ? 'unverified' : 'team';
      }
      if (!(await places.isOurs(workspace))) {
        return 'not-installed';
      }
      const remembered = await people.findSoon(workspace, person.user);
      if ((await judge(applicant, remembered)) === undefined) {
        return undefined;
      }
      // A cached answer may be an hour old: before somebody is denied, Slack is asked again.
      const refusal = await judge(applicant, remembered && (await people.findAgain(workspace, person.user)));
      if (refusal === 'deactivated') {
        await linking.leave(person);
      }
      return refusal === 'unverified' && people.isAppRefusedIn(workspace) ? 'app-refused' : refusal;
    },
  };

  /**
   * Of a window in an organisation that installed the app Slack names the organisation alone, or the workspace of who
   * acts in it. Only somebody who was admitted in one of its workspaces can have had it opened. `undefined`: Slack does
   * not tell which those are. Source: docs.slack.dev, view_submission payloads, `team`: "Null if the app is
   * org-installed".
   */
  async function isWindowWithin({ workspace, modal }: SlackApplicant): Promise<boolean | undefined> {
    const { enterprise } = workspace;
    if (modal === undefined || enterprise === undefined || !(await places.isOurs({ team: enterprise, enterprise }))) {
      return false;
    }
    const within = await workspacesOf(enterprise);
    return within?.some((each) => allowsTeam(rules, { team: each }));
  }

  /** Judges a person whose workspace is allowed. */
  async function judge({ workspace, person }: SlackApplicant, user: Awaited<ReturnType<People['findSoon']>>) {
    const isLinked = user === undefined && (await linking.find(person)) !== undefined;
    return accessRefusalOf(
      { allowGuests: rules.allowGuests },
      { ...workspace, userStatus: user?.userStatus, isLinked },
    );
  }
}

/** Whether somebody is denied only because Slack does not say who they are. */
export function isForNow(denial: AccessDenial): boolean {
  return denial === 'unverified' || denial === 'app-refused';
}

/**
 * What a person is told who is denied. Of a workspace without the app not even its people's languages are known.
 */
export function wordsFor(denial: AccessDenial, { accessDenied }: Texts): string {
  if (denial !== 'not-installed') {
    return accessDenied[denial];
  }
  return locales.map((locale) => textsIn(locale).accessDenied[denial]).join('\n');
}

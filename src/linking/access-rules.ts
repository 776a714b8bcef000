/** The rules about who may use the app. */
export type AccessRules = {
  /** Ids of workspaces and organisations; `undefined` means any that the app is installed to. */
  readonly teams?: readonly string[];
  readonly allowGuests: boolean;
};

/** What Slack says about a user. */
export type UserStatus = {
  readonly deactivated: boolean;
  /** Has restricted access. */
  readonly guest: boolean;
  /** Belongs to another organisation. */
  readonly foreign: boolean;
};

/** A person who uses the app. */
export type Applicant = {
  readonly team: string;
  readonly enterprise?: string;
  /** `undefined` while Slack does not tell. */
  readonly userStatus: UserStatus | undefined;
  readonly isLinked: boolean;
};

/** Why somebody may not use the app. `unverified`: Slack did not say who they are, so ask again later. */
export type AccessRefusal = 'team' | 'deactivated' | 'guest' | 'foreign' | 'unverified';

/**
 * The administrator's rules about people, for everything that anybody can do. A linked person was admitted before, so they
 * are not denied only because Slack does not answer.
 */
export function accessRefusalOf(
  rules: AccessRules,
  { userStatus, isLinked, ...who }: Applicant,
): AccessRefusal | undefined {
  if (!allowsTeam(rules, who)) {
    return 'team';
  }
  if (userStatus?.deactivated) {
    return 'deactivated';
  }
  if (rules.allowGuests) {
    return undefined;
  }
  if (!userStatus) {
    return isLinked ? undefined : 'unverified';
  }
  if (userStatus.foreign) {
    return 'foreign';
  }
  return userStatus.guest ? 'guest' : undefined;
}

/** Whether a workspace (`team`), or the organisation it is part of, may use the app. An organisation has no `team`. */
export function allowsTeam(
  { teams }: AccessRules,
  { team, enterprise }: { readonly team?: string; readonly enterprise?: string },
): boolean {
  if (!teams) {
    return true;
  }
  return [team, enterprise].some((id) => id !== undefined && teams.includes(id));
}

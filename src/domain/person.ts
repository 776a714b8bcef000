/** A Slack user, as identities are kept for them. */
export type Person = {
  /** The Enterprise Grid organisation (`E…`) where there is one, else the workspace (`T…`). */
  readonly tenant: string;
  readonly user: string;
};

/** One text per person, for keys and comparisons. */
export function personKey(person: Person): string {
  return `${person.tenant}:${person.user}`;
}

/** The person of such a text: Slack's ids have no colon in them. */
export function personOfKey(key: string): Person {
  const [tenant = '', user = ''] = key.split(':');
  return { tenant, user };
}

/**
 * A Slack user, as identities are kept for them.
 * `tenant` is the Enterprise Grid organisation (`E…`) where there is one, else the workspace (`T…`).
 */
export type Person = { readonly tenant: string; readonly user: string };

/** One text per person, for keys and comparisons. */
export function personKey(person: Person): string {
  return `${person.tenant}:${person.user}`;
}

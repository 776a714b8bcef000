/** Each of the members may be absent, and none of them is `undefined` or `null`. */
type Present<Members> = { -readonly [Name in keyof Members]?: NonNullable<Members[Name]> };

/** The members that have a value: an optional member of a type is left out, and never `undefined`. */
export function present<Members extends object>(members: Members): Present<Members> {
  const found: Present<Members> = {};
  for (const name in members) {
    const value = members[name];
    if (value !== undefined && value !== null) {
      found[name] = value;
    }
  }
  return found;
}

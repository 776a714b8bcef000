/** Variables by their names, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting that is missing or wrong. Names the variable and what is expected, never the value. */
export type Problem = { readonly setting: string; readonly message: string };

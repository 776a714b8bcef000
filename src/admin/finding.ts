/**
 * One line of an examination. `problem` says what to do about it, `warning` what to think about; `skipped` why it was
 * not looked at.
 */
export type CheckResult = {
  readonly state: 'ok' | 'problem' | 'warning' | 'skipped';
  readonly about: string;
  readonly message: string;
};

/** All is well with this. */
export function fine(about: string, message: string): CheckResult {
  return { state: 'ok', about, message };
}

/** Something is wrong; `message` says what, and what to do. */
export function problem(about: string, message: string): CheckResult {
  return { state: 'problem', about, message };
}

/** The service works, but the administrator should know. */
export function warning(about: string, message: string): CheckResult {
  return { state: 'warning', about, message };
}

/** Not looked at. */
export function skipped(about: string, message: string): CheckResult {
  return { state: 'skipped', about, message };
}

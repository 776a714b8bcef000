/**
 * Structured fields of a log line: ids, kinds and counts; never a message text, a token or an address with a secret.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log that the parts of the service write to. */
export type Log = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};

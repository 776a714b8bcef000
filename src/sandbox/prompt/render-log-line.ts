/** pino's numbers of its levels. */
const levels: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** One JSON line of the service's log for a person's eyes: time, level, message, and the rest as JSON. */
export function renderLogLine(line: string): string {
  const { level, time, msg, ...fields }: Readonly<Record<string, unknown>> = JSON.parse(line);
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  return `  log ${String(time).slice(11, 23)} ${levels[String(level)] ?? level}: ${msg}${rest}`;
}

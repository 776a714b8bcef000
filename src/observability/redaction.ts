const mask = '[redacted]';

/** Texts that carry a secret by their form, whoever wrote them into a log line. What is captured may stay. */
const secrets: readonly RegExp[] = [
  // Incoming webhooks of Bitrix24: /rest/<user>/<secret>/ and /rest/api/<user>/<secret>/, also within another address.
  /((?:\/|%2f)rest(?:\/|%2f)(?:api(?:\/|%2f))?\d{1,15}(?:\/|%2f))[^/\s"'\\]+/gi,
  // Slack tokens, and response URLs of any host that serves them.
  /()\bxox[a-z](?:\.xox[a-z])?-[\w-]+/g,
  /()\bxapp-[\w-]+/g,
  /(:\/\/hooks\.slack\.com\/)[^\s"'\\]+/g,
  // Credentials in a query, a form or JSON.
  /(\b(?:access_token|refresh_token|client_secret|auth)\\?["']?[=:]\s?\\?["']?)[\w.~+/%-]{8,}/g,
  // An authorisation code travels in a query or a form; as a field of JSON, `code` is the code of a fault.
  /(\bcode=)[\w.~+/%-]{8,}/g,
  // Passwords in connection addresses, in the query or before the last at sign: neither user nor password need be
  // encoded. An address ends where the text of a JSON line ends or breaks; quotes and backslashes within it are
  // escaped there.
  /(\bpostgres(?:ql)?:\/\/(?:[^\s"\\]|\\[^nrt]){0,1000}[?&]password=)(?:[^\s"\\&]|\\[^nrt])+/g,
  /(\bpostgres(?:ql)?:\/\/[^:/\s"\\]{0,1000}:)(?:[^\s"\\]|\\[^nrt]){1,1000}(?=@)/g,
];

/**
 * `text` with everything masked that looks like a secret: the last net, below not logging secrets in the first place.
 */
export function redact(text: string): string {
  return secrets.reduce((masked, secret) => masked.replace(secret, `$1${mask}`), text);
}

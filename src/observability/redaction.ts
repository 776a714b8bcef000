const mask = '[redacted]';

/** Texts that carry a secret by their form, whoever wrote them into a log line. What is captured may stay. */
const secrets: readonly RegExp[] = [
  // Incoming webhooks of Bitrix24: /rest/<user>/<secret>/ and /rest/api/<user>/<secret>/.
  /(\/rest\/(?:api\/)?\d{1,12}\/)[^/\s"'\\]+/g,
  // Slack tokens, and response URLs of any host that serves them.
  /()\bxox[a-z](?:\.xox[a-z])?-[\w-]+/g,
  /()\bxapp-[\w-]+/g,
  /(:\/\/hooks\.slack\.com\/)[^\s"'\\]+/g,
  // Credentials in a query, a form or JSON.
  /(\b(?:access_token|refresh_token|client_secret|auth)\\?["']?[=:]\s?\\?["']?)[\w.~+/-]{8,}/g,
  // An authorisation code travels in a query or a form; as a field of JSON, `code` is the code of a fault.
  /(\bcode=)[\w.~+/%-]{8,}/g,
  // Passwords in connection addresses.
  /(\bpostgres(?:ql)?:\/\/[^:@/\s]*:)[^@\s]+(?=@)/g,
];

/** `text` with everything masked that looks like a secret: the last net, below not logging secrets in the first place. */
export function redact(text: string): string {
  return secrets.reduce((masked, secret) => masked.replace(secret, `$1${mask}`), text);
}

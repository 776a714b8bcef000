/**
 * Text without what a chat must not be given: line ends become `\n`; control characters, the characters that override
 * the direction of writing and the byte order mark (to JavaScript a blank) go; lone surrogates become U+FFFD. Marks that
 * scripts need (joiners, RLM) stay.
 */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return suspicious.test(whole) ? whole.replace(lineEnds, '\n').replace(unwanted, '') : whole;
}

/** Text for a place that has only one line, such as a name. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll('\n', ' ').trim();
}

const suspicious = /(?![\t\n])[\p{Cc}\u2028-\u202e\u2066-\u206f\ufeff]/u;
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
const unwanted = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u206f\ufeff]/gu;

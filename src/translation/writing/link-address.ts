import { cleanText } from './clean-text.ts';
import { breaksIn } from './guard-lines.ts';

/**
 * The address as it may stand in `[url=…]`: http, https, mailto or tel, the scheme in small letters (the web client
 * knows no others), with everything percent-encoded that could end the code, is invisible, or means something to Bitrix24.
 * `undefined` when the link must become plain text: for other schemes, nothing after the scheme, a host in brackets (IPv6,
 * which no encoding leaves intact), and more than 4,000 characters.
 */
export function linkAddress(typed: string): string | undefined {
  const whole = cleanText(typed.trim()).replace(unsafe, percentEncode);
  if (!allowed.test(whole) || whole.length > maxLength) {
    return undefined;
  }
  const address = encodeAt(whole, breaksIn(whole, 'address')).replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase());
  return address.length <= maxLength ? address : undefined;
}

const maxLength = 4_000;
const allowed = /^(?:https?:\/\/[^/?#%\s][^\s]*|(?:mailto|tel):[^\s]+)$/i;
const unsafe = /[\s[\]"'<>`\\^{|}\u00ad\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function percentEncode(char: string): string {
  return char === "'" ? '%27' : encodeURIComponent(char);
}

/** Percent-encodes the characters at these places. All of them are ASCII. */
function encodeAt(address: string, places: readonly number[]): string {
  let done = 0;
  let encoded = '';
  for (const at of places.filter((place) => place < address.length)) {
    encoded += `${address.slice(done, at)}%${address.charCodeAt(at).toString(16).toUpperCase()}`;
    done = at + 1;
  }
  return encoded + address.slice(done);
}

import { cleanText } from './clean-text.ts';

/**
 * The address as it may stand in `[url=…]`: http, https, mailto or tel, with everything that could end the code or hide
 * in it percent-encoded. Undefined where a link must become plain text: other schemes, nothing after the scheme, a host
 * in brackets (IPv6, which no encoding leaves intact), or more than 4,000 characters.
 */
export function linkAddress(typed: string): string | undefined {
  const address = cleanText(typed.trim()).replace(unsafe, percentEncode);
  return allowed.test(address) && address.length <= maxLength ? address : undefined;
}

const maxLength = 4_000;
const allowed = /^(?:https?:\/\/[^/?#%\s][^\s]*|(?:mailto|tel):[^\s]+)$/i;
const unsafe = /[\s[\]"'<>`\\^{|}\u00ad\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function percentEncode(char: string): string {
  return char === "'" ? '%27' : encodeURIComponent(char);
}

/** One thing that the portal does to the text of a message. */
export type ServerRule = {
  readonly does: string;
  /** The vendor's own code that does it, in modules `im` and `main` of 26.250. */
  readonly source: string;
  apply(text: string): string;
};

/** What happens once, when a message arrives. It happens everywhere, inside of `[code]` too. */
export const onArrival: readonly ServerRule[] = [
  {
    does: 'line breaks',
    source: 'im/lib/V2/Message.php, setMessage',
    apply: (text) => replaceAll(text, { '[BR]': '\n', '[br]': '\n', '#BR#': '\n' }),
  },
  { does: 'trim', source: 'im/lib/V2/Message.php, setMessage', apply: phpTrim },
  {
    does: 'cut at 20,000 characters, six more are let pass',
    source: 'im/lib/V2/Message.php, MESSAGE_MAX_LENGTH',
    apply(text) {
      const characters = Array.from(text);
      return characters.length <= 20_006 ? text : `${characters.slice(0, 20_000).join('')} (...)`;
    },
  },
  {
    does: 'emoji by their bytes',
    source: 'main/lib/text/emoji.php, decode: how the text comes back from the database',
    apply: decodeEmoji,
  },
];

/** What happens outside of `[code]`, `[put]` and `[send]`, whenever a message is read, in this order. */
export const outsideOfCode: readonly ServerRule[] = [
  {
    does: 'no-break spaces become blanks',
    source: 'main/classes/general/textparser.php, convertText',
    apply: (text) => text.replaceAll('\u00a0', ' '),
  },
  {
    does: 'addresses become links',
    source: 'main/classes/general/textparser.php, convertText: ANCHOR and TEXT_ANCHOR',
    apply: makeLinks,
  },
  {
    does: 'marks against links go',
    source: 'main/classes/general/textparser.php, convertText',
    apply: (text) => text.replace(/<\/?nomodify>/gi, ''),
  },
  { does: 'emoji by their bytes', source: 'main/classes/general/textparser.php, EMOJI', apply: decodeEmoji },
  {
    does: 'signs in small letters',
    source: 'main/classes/general/textparser.php and im/lib/text.php, parse',
    apply: (text) =>
      text
        .replace(/\((?:C|TM|Tm|tM|R)\)/g, (sign) => sign.toLowerCase())
        .replace(/&#(169|153|174);/g, (_whole, code: string) => signs[code] ?? ''),
  },
  { does: 'trim', source: 'main/classes/general/textparser.php, convertText', apply: phpTrim },
  {
    does: 'line breaks',
    source: 'im/lib/text.php, parse; <br> is one to older builds',
    apply: (text) => text.replace(/<br\s*\/?>|#BR#|\[br\]/g, '\n'),
  },
  { does: 'entities, each once, the ampersand last', source: 'im/lib/text.php, parse', apply: decodeEntities },
];

const signs: Readonly<Record<string, string>> = { 169: '(c)', 153: '(tm)', 174: '(r)' };

/** In the order of the vendor, because what one gives the next one sees. */
const entities = [
  ['&nbsp;', ' '],
  ['&quot;', '"'],
  ['&#092;', '\\'],
  ['&#036;', '$'],
  ['&#33;', '!'],
  ['&#91;', '['],
  ['&#93;', ']'],
  ['&#39;', "'"],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&#124;', '|'],
  ['&amp;', '&'],
] as const;

function decodeEntities(text: string): string {
  return entities.reduce((read, [entity, char]) => read.replaceAll(entity, char), text);
}

function decodeEmoji(text: string): string {
  return text.replace(/:([0-9a-f]{8}):/gi, (whole, hex: string) => {
    const decoded = Buffer.from(hex, 'hex').toString('utf8');
    return /^[\u{10000}-\u{10ffff}]$/u.test(decoded) ? decoded : whole;
  });
}

/** Explicit codes first; then whatever looks like an address, up to the next blank, codes that stand there included. */
function makeLinks(text: string): string {
  const links: string[] = [];
  const shelve = (link: string) => `\ufdd6${links.push(link) - 1}\ufdd6`;
  const explicit = text
    .replace(/\[url\](.*?)\[\/url\]/gi, (_whole, address: string) => shelve(linkCode(address, address)))
    .replace(/\[url\s*=\s*([^[\]]+?)\s*\](.*?)\[\/url\]/gis, (_whole, address: string, label: string) =>
      shelve(linkCode(address, label)),
    );
  const shelveBare = (address: string) => shelve(linkCode(address.replace(/[[\]]/g, encodeURIComponent), address));
  return bareAddresses
    .reduce((read, pattern) => read.replace(pattern, shelveBare), explicit)
    .replace(/\ufdd6(\d+)\ufdd6/g, (_whole, at: string) =>
      (links[Number(at)] ?? '').replace(/\ufdd6(\d+)\ufdd6/g, (_inner, deep: string) => links[Number(deep)] ?? ''),
    );
}

const address = String.raw`(?<!\[nomodify\]|<nomodify>)(?:(?:https?|news|ftp|aim|mailto|file|tel|callto|skype|viber)://|www\.)[._:a-z0-9@-].*?`;

/** In brackets an address goes to their end, whatever stands there; else to the next blank. */
const bareAddresses = [
  ...['&lt;&gt;', '()', '“”', '‘’', '«»'].map((pair) => {
    const half = pair.length / 2;
    const escaped = (part: string) => part.replace(/[()]/, String.raw`\$&`);
    return new RegExp(`(?<=${escaped(pair.slice(0, half))})${address}(?=${escaped(pair.slice(half))})`, 'gisu');
  }),
  new RegExp(String.raw`(?<=^|[\s.,:;!?#\-*|[\](){}\ufdd6])${address}(?=[\s"{}]|&quot;|$)`, 'gisu'),
];

/** A sign of punctuation at the end of a bare address is none of its own; a label is trimmed. */
function linkCode(typedAddress: string, typedLabel: string): string {
  const label = phpTrim(typedLabel) || phpTrim(typedAddress);
  const bare = phpTrim(typedAddress) === label;
  const end = bare ? (/[.,?!;]$/.exec(label)?.[0] ?? '') : '';
  const shown = label.slice(0, label.length - end.length).replace(/javascript:/gi, 'javascript&#58; ');
  const trimmed = phpTrim(typedAddress);
  const address = trimmed
    .slice(0, trimmed.length - end.length)
    .replaceAll('&amp;', '&')
    .replace(/javascript:/gi, 'java script&#58; ')
    .replaceAll("'", '%27');
  const whole = /^(?:https?|news|ftp|aim|mailto|file|tel|callto|skype|viber):|^\//i.test(address)
    ? address
    : `http://${address}`;
  return `${whole === shown ? `[URL]${whole}[/URL]` : `[URL=${whole}]${shown}[/URL]`}${end}`;
}

function phpTrim(text: string): string {
  return text.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '');
}

function replaceAll(text: string, marks: Readonly<Record<string, string>>): string {
  return Object.entries(marks).reduce((read, [mark, into]) => read.replaceAll(mark, into), text);
}

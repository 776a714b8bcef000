import { joiner, stop } from './invisible.ts';

/**
 * Where typed text can stand: in running text (names included), in the label of a link, in code within a line, in a
 * block of code, in an address.
 */
export type Place = 'text' | 'label' | 'inline code' | 'code block' | 'address';

/** Text that Bitrix24 does not show as it is (a code, a smiley, a command), and where to break it so that it does. */
export type LiveRule = {
  /** What Bitrix24 takes it for. */
  readonly is: string;
  /** Where Bitrix24 does so. */
  readonly in: readonly Place[];
  /** Limits the rule to this position. Blanks before it are ignored, except in blocks of code. */
  readonly at?: 'line start' | 'message start';
  /** The characters that it can begin with. */
  readonly begins: string;
  /**
   * A sticky pattern: it matches what stays before the break, and a lookahead tests the rest. An address cannot hold
   * invisible characters: there the character after the break is percent-encoded.
   */
  readonly find: RegExp;
  /** The character that breaks it; a word joiner by default. */
  readonly by?: string;
};

const prose: readonly Place[] = ['text', 'label', 'inline code'];
const proseAndAddress: readonly Place[] = [...prose, 'address'];
const everywhere: readonly Place[] = [...proseAndAddress, 'code block'];
/** Web builds that read Markdown set code aside before they look for emphasis. */
const emphasised: readonly Place[] = ['text', 'label'];

/** Stands for a code of the app's own while a message is searched. Typed text cannot contain it. */
export const codeMark = '\u0001';

/** The same for a message in which a backtick of such a code may pair with a typed one. */
export const tickMark = '\u0002';

const marks = codeMark + tickMark;

/** What a parser may drop before it searches: the app's own codes, and invisible characters except the two that break. */
const unseen = String.raw`(?:[${marks}]|[\p{Default_Ignorable_Code_Point}--[${joiner}${stop}]])*`;

/**
 * Smileys that become pictures when they stand alone: the usual ones of Bitrix24's sets, by their first character. They are
 * broken after it.
 */
const smileys: Readonly<Record<string, readonly string[]>> = {
  ':': [
    ...[')', '(', 'D', '|', 'o', 'O', 'P', 'p', '/', '\\'].flatMap((end) => [end, `-${end}`]),
    ...['{}', '-{}', '~(', "'(", 'facepalm:', 'oops:', 'cry:', 'evil:', 'shock:', 'idea:', '!:', '?:', 'like:'],
  ],
  ';': [')', '-)'],
  '8': [')', '-)'],
  '>': [':-<'],
};

const anySmiley = Object.entries(smileys)
  .flatMap(([first, ends]) => ends.map((end) => first + end))
  .toSorted((one, other) => other.length - one.length)
  .map(escaped)
  .join('|');

/**
 * All rules, from the server's own code (modules `im`, `main` of 26.250: im/lib/text.php,
 * im/lib/command.php, main/classes/general/textparser.php, main/lib/text/emoji.php), the web client's
 * (im/install/js/im/v2/lib/parser, 26.900, with the feature `isMarkdownAvailable` on) and the mobile client's
 * (im/messenger/lib/parser). None of these parsers has an escape.
 */
export const liveRules: readonly LiveRule[] = [
  {
    is: 'a code, known or to come; `[x]` is so common, and so surely none, that it may stay',
    in: prose,
    begins: '[',
    find: rule(String.raw`(?!\[x\])\[(?:\s|${unseen})*?(?=[a-z\/*])`),
  },
  {
    is: 'a code inside of code: its end, and what the mobile client and the notices of the server still see there',
    in: ['code block'],
    begins: '[',
    find: rule(
      String.raw`\[${unseen}(?=\/(?:code|user|put|send|call|pch|img|url|context|chat)` +
        String.raw`|(?:user|put|send|call|pch|context|chat|timestamp)=|img\s|url[=\]]http|br\])`,
    ),
  },
  {
    is: "the address of Markdown's link, behind a typed label or a code of ours",
    in: prose,
    begins: '(',
    find: rule(String.raw`(?<=[\]${marks}]${unseen})(?=\()`),
  },
  {
    is: 'an entity',
    in: proseAndAddress,
    begins: '&',
    find: rule(String.raw`&(?=(?:#x?[\da-f]{1,8}|[a-z][a-z\d]{0,31});)`),
  },
  { is: 'a line break', in: everywhere, begins: '#', find: exact('#(?=BR#)') },
  {
    is: "a mark that the parsers put in place of what they set aside; a forged one makes the server's run for ever",
    in: everywhere,
    begins: '#',
    find: exact('####(?=REPLACEMENT|MD)'),
  },
  {
    is: 'an HTML tag, a line break, `<nomodify>`',
    in: prose,
    begins: '<',
    find: rule(String.raw`<(?=[a-z\/!]|[\w%+.\-]{1,64}@)`),
  },
  { is: 'an emoji by its bytes', in: everywhere, begins: ':', find: rule(String.raw`:(?=f[0-4][\da-f]{6}:)`) },
  {
    is: 'an address, which swallows the codes behind it',
    in: ['text', 'inline code'],
    begins: ':',
    find: rule(String.raw`:(?=\/\/)(?<=(?<![a-z\d])(?:https?|news|ftp|aim|mailto|file|tel|callto|skype|viber):)`),
  },
  {
    is: 'the same without a scheme',
    in: ['text', 'inline code'],
    begins: 'wW',
    find: rule(String.raw`(?<![a-z\d])www(?=\.)`),
  },
  {
    is: 'what the server rewrites in links',
    in: ['label', 'address'],
    begins: ':',
    find: rule('(?=:)(?<=javascript)'),
  },
  {
    is: 'a sign that is put in small letters',
    in: proseAndAddress,
    begins: '(',
    find: exact(String.raw`\((?=(?:C|TM|Tm|tM|R)\))`),
  },
  {
    is: 'a quote, by two at the first column, by one in Markdown',
    in: prose,
    at: 'line start',
    begins: '>',
    find: rule('(?=>)'),
  },
  {
    is: "a bot's command, which the server looks for in every line",
    in: prose,
    at: 'line start',
    begins: '/',
    find: rule(String.raw`\/(?=${unseen}[\p{L}\p{N}_\-])(?=(?:[\p{L}\p{N}_\-]|${unseen}(?!\s|$))*?${unseen}(?:\s|$))`),
  },
  {
    is: "a bot's command in code",
    in: ['code block'],
    at: 'line start',
    begins: '/',
    find: rule(String.raw`\/(?=[\p{L}\p{N}_\-]+(?:\s|$))`),
  },
  {
    is: 'words that the clients swallow',
    in: prose,
    at: 'message start',
    begins: '/',
    find: rule(String.raw`\/(?=${unseen}(?:m${unseen}e|l${unseen}o${unseen}u${unseen}d))`),
  },
  {
    is: 'the bar of a quoted message: documented are six dashes at the start of a line',
    in: prose,
    at: 'line start',
    begins: '-',
    find: exact(`(?:-${unseen}){4}(?=-)`),
  },
  {
    is: 'the bar of a quoted message: the clients look for 54 dashes anywhere',
    in: proseAndAddress,
    begins: '-',
    find: exact(`(?:-${unseen}){53}(?=-)`),
  },
  {
    is: "Markdown's rule, the line below a heading or a table's head",
    in: prose,
    at: 'line start',
    begins: '-:|',
    find: exact(String.raw`(?=[:\|[^\S\n]]*-)(?=[\-:\|[^\S\n]]*$)`),
  },
  {
    is: "Markdown's rule, the line below a heading",
    in: prose,
    at: 'line start',
    begins: '=*_',
    find: exact(String.raw`(?=(?:={3,}|(?:\* ?){3,}|(?:_ ?){3,})[^\S\n]*$)`),
  },
  { is: "Markdown's heading", in: prose, at: 'line start', begins: '#', find: exact(String.raw`(?=#{1,6}\s)`) },
  { is: "Markdown's fence", in: emphasised, at: 'line start', begins: '`', find: exact('(?=`{3})') },
  {
    is: "Markdown's emphasis, which wants no blank behind the star; code between backticks may hide line breaks",
    in: emphasised,
    begins: '*',
    find: exact(String.raw`\*(?=\*|[^\s*](?:[^\n*]*\*|[^*\x60${tickMark}]*[\x60${tickMark}])|\x60)`),
    by: stop,
  },
  {
    is: "Markdown's emphasis, which wants no blank behind the underscore, and no word before it",
    in: emphasised,
    begins: '_',
    find: exact(
      String.raw`(?<![a-zA-Z\d\u00c0-\u024f\u0400-\u04ff])_(?=_|[^\s_](?:[^\n_]*_|[^_\x60${tickMark}]*[\x60${tickMark}])|\x60)`,
    ),
    by: stop,
  },
  {
    is: "Markdown's emphasis that begins or ends in an address",
    in: ['address'],
    begins: '*',
    find: exact(String.raw`(?=\*)`),
  },
  {
    is: "Markdown's emphasis that begins or ends in an address",
    in: ['address'],
    begins: '_',
    find: exact(String.raw`(?=_)(?:(?<![\w\u00c0-\u024f\u0400-\u04ff])|(?=_(?![\w\u00c0-\u024f\u0400-\u04ff])))`),
  },
  { is: "Markdown's strike, and its other fence", in: [...emphasised, 'address'], begins: '~', find: exact('~(?=~)') },
  {
    is: "Markdown's escape",
    in: prose,
    begins: '\\',
    find: exact(String.raw`\\(?=[!#\(\)*+.>\[\\\]_\x60\{\|\}~\-${marks}])`),
  },
  ...Object.entries(smileys).map(
    ([first, ends]): LiveRule => ({
      is: 'a smiley that stands alone',
      in: prose,
      begins: first,
      find: exact(
        `${escaped(first)}(?=(?:${ends.map(escaped).join('|')})(?:[\\s"<\\[${marks}]|$|${anySmiley}))` +
          `(?<=(?:^|[\\s"\\]><*_${marks}]|${anySmiley})${escaped(first)})`,
      ),
    }),
  ),
];

/** A pattern that takes capital and small letters for the same. */
function rule(source: string): RegExp {
  return new RegExp(source, 'imvy');
}

/** A pattern that tells capital from small letters. */
function exact(source: string): RegExp {
  return new RegExp(source, 'mvy');
}

function escaped(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
}

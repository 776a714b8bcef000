import slackNames from 'emojibase-data/en/shortcodes/iamcal.json' with { type: 'json' };

/**
 * The characters of one of Slack's standard emoji. The name may carry a skin tone, as in `wave::skin-tone-3`.
 * `undefined` for an emoji that only a workspace knows. Names: github.com/iamcal/emoji-data, which Slack follows.
 */
export function findEmoji(name: string): string | undefined {
  const [base = '', tones] = name.split('::');
  const hexcode = hexcodesByName().get(base);
  if (hexcode === undefined) {
    return undefined;
  }
  const points = pointsOf(hexcode);
  return (tones && withTones(points, tones)) ?? spell(points);
}

/** The characters behind code points as Slack writes them: `1f44b-1f3fb`. `undefined` when there are none. */
export function emojiFromHexcode(hexcode: string): string | undefined {
  if (!/^[0-9a-f]{1,6}(-[0-9a-f]{1,6}){0,15}$/i.test(hexcode)) {
    return undefined;
  }
  const points = pointsOf(hexcode);
  return points.every((point) => point <= 0x10ffff) ? spell(points) : undefined;
}

const variationSelector = 0xfe0f;
const joiner = 0x200d;
const handshake = 0x1f91d;
const firstTone = 0x1f3fb;
const lastTone = 0x1f3ff;

let index: ReadonlyMap<string, string> | undefined;
let oneEmoji: RegExp | undefined;

/** Built on first use, because many a process never meets an emoji. */
function hexcodesByName(): ReadonlyMap<string, string> {
  index ??= new Map(
    Object.entries(slackNames).flatMap(([hexcode, names]) => [names].flat().map((name) => [name, hexcode] as const)),
  );
  return index;
}

function pointsOf(hexcode: string): readonly number[] {
  return hexcode
    .split('-')
    .map((digits) => Number.parseInt(digits, 16))
    .filter((point) => point !== variationSelector);
}

/** Unicode asks for a variation selector after every part that would otherwise be shown as text. */
function spell(points: readonly number[]): string {
  return points.map((point, at) => String.fromCodePoint(point) + selectorAfter(point, points[at + 1])).join('');
}

function selectorAfter(point: number, next: number | undefined): string {
  const toned = next !== undefined && next >= firstTone && next <= lastTone;
  const char = String.fromCodePoint(point);
  const needsOne = /^\p{Emoji}$/u.test(char) && !/^\p{Emoji_Presentation}$/u.test(char);
  return needsOne && !toned ? String.fromCodePoint(variationSelector) : '';
}

/** The emoji in `skin-tone-3`, or in `skin-tone-2-5` for two people; `undefined` when Unicode has no such emoji. */
function withTones(points: readonly number[], tones: string): string | undefined {
  const wanted = [...tones.matchAll(/-([2-6])/g)].map((match) => firstTone + Number(match[1]) - 2);
  const joined = points.includes(joiner);
  let used = 0;
  const toned = points.flatMap((point) => {
    const takesTone = /^\p{Emoji_Modifier_Base}$/u.test(String.fromCodePoint(point));
    const tone = wanted[Math.min(used, wanted.length - 1)];
    if (!takesTone || tone === undefined || (joined && point === handshake)) {
      return [point];
    }
    used += 1;
    return [point, tone];
  });
  const spelled = spell(toned);
  return isOneEmoji(spelled) ? spelled : undefined;
}

/** Not a literal: the engine takes some 15 ms to read this pattern, and would do so while the program starts. */
function isOneEmoji(text: string): boolean {
  oneEmoji ??= /^\p{RGI_Emoji}$/v;
  return oneEmoji.test(text);
}

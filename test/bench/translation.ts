import type { Document } from '../../src/domain/document.ts';
import { en } from '../../src/locales/en.ts';
import { readMessage } from '../../src/translation/read-message.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';

/** One measured quantity, and the bound that it should not pass. */
export type TranslationFigure = {
  readonly name: string;
  readonly unit: 'ms' | 'ratio';
  readonly value: number;
  readonly atMost: number;
};

/**
 * How long reading and writing takes on one core, once the code is warm, and how the time grows: the ratio of twice the
 * text to the text itself, measured in turn, is 2 where time is linear and 4 where it is quadratic.
 */
export function benchTranslation(): readonly TranslationFigure[] {
  const prose = proseOf(40_000);
  const message = messageOf(40_000);
  return [
    { name: 'mrkdwn of 40,000 characters', unit: 'ms', value: time(() => translate(prose), 200), atMost: 5 },
    {
      name: 'rich text of 40,000 characters',
      unit: 'ms',
      value: time(() => write(readMessage(message, en.message).document), 200),
      atMost: 5,
    },
    ...[...brackets, ...markers].map((piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const name = `1 MB of ${JSON.stringify(piece)}`;
      return {
        name,
        unit: 'ms' as const,
        value: time(() => translate(text), 6),
        atMost: brackets.includes(piece) ? 200 : 500,
      };
    }),
    ...[...brackets, ...markers, prose.slice(0, 2_000)].map((piece) => {
      const name = piece.length > 100 ? 'prose' : JSON.stringify(piece);
      return { name: `twice as much of ${name}`, unit: 'ratio' as const, value: growth(piece), atMost: 3 };
    }),
  ];
}

/** Openings that never close, and others that make a naive reader look far ahead or far back. */
const brackets = ['[', '[b]', '[url=', '[/', '<', '<@', '&lt;', '>>>', ']('];
const markers = ['`', '```', '*a ', '_*~', ':a', '>>\n', '-'];

function translate(text: string): void {
  write(readMrkdwn(text));
}

function write(document: Document): void {
  writeBitrix(document, { users: new Map(), channels: new Map(), groups: new Map() });
}

/** Milliseconds of processor time, the lower quartile of the rounds: others on the machine can only add to them. */
function time(run: () => void, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  return quantile(times, 0.25);
}

/** Both lengths in turn, several times, so that a slow moment slows both; the middle one of the ratios. */
function growth(piece: string): number {
  const once = piece.repeat(Math.ceil(200_000 / piece.length));
  const twice = once + once;
  const ratios = Array.from({ length: 9 }, () => time(() => translate(twice), 4) / time(() => translate(once), 4));
  return quantile(ratios, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

const sentences = [
  'The *quick* brown fox jumps over the _lazy_ dog, ~again~; see <https://example.com/a?b=1&amp;c=2|the page>. ',
  'Привет, <@U061F7AUR|ann>! Сборка `main` готова :tada:, подробности в <#C024BE7LR|general>.\n',
  '&gt; quoted words of *somebody*\n',
  '```if (a[0] < b) { return [x, y]; }```\n',
  'Plain words without any markup at all, as most of what people write. [1] [x] done\n\n',
];

function proseOf(length: number): string {
  return sentences
    .join('')
    .repeat(Math.ceil(length / sentences.join('').length))
    .slice(0, length);
}

function messageOf(length: number): unknown {
  const elements = [
    { type: 'text', text: 'The quick brown fox jumps over ', style: { bold: true } },
    { type: 'text', text: 'the lazy dog [b] and back again, many times over.\n' },
    { type: 'user', user_id: 'U061F7AUR' },
    { type: 'emoji', name: 'tada', unicode: '1f389' },
    { type: 'link', url: 'https://example.com/', text: ' a page ' },
  ];
  const sections = Array.from({ length: Math.ceil(length / 100) }, () => ({ type: 'rich_text_section', elements }));
  return { blocks: [{ type: 'rich_text', elements: sections }] };
}

function print(figures: readonly TranslationFigure[]): void {
  for (const { name, unit, value, atMost } of figures) {
    const verdict = value <= atMost ? 'met' : 'MISSED';
    process.stdout.write(
      `${name.padEnd(34)} ${value.toFixed(2).padStart(8)} ${unit.padEnd(6)} at most ${atMost}  ${verdict}\n`,
    );
  }
}

if (import.meta.main) {
  print(benchTranslation());
}

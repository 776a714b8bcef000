import type { MomentField, MomentPart } from '../../domain/document.ts';

/**
 * The parts of a Slack date format such as `{date_short} at {time}`. Tokens that nobody documents stay as text.
 * Slack's "pretty" tokens say "yesterday" where they can, `{ago}` says how long ago: here they give the date.
 */
export function readMomentPattern(format: string): readonly MomentPart[] {
  const parts: MomentPart[] = [];
  for (const piece of format.split(/(\{[a-z_]+\})/)) {
    const fields = tokens.get(piece);
    if (fields !== undefined) {
      parts.push(...withBlanks(fields));
    } else if (piece !== '') {
      parts.push({ kind: 'literal', text: piece });
    }
  }
  return parts;
}

/** Date and time, the way messages are dated. */
export const dateAndTime: readonly MomentPart[] = withBlanks(['date-long', 'time']);

function withBlanks(fields: readonly MomentField[]): readonly MomentPart[] {
  return fields.flatMap((field, at) => {
    const part = { kind: 'field', field } as const;
    return at === 0 ? [part] : [{ kind: 'literal', text: ' ' } as const, part];
  });
}

const tokens: ReadonlyMap<string, readonly MomentField[]> = new Map<string, readonly MomentField[]>([
  ['{date_num}', ['date-numeric']],
  ['{date_slash}', ['date-numeric']],
  ['{date}', ['date-long']],
  ['{date_pretty}', ['date-long']],
  ['{date_short}', ['date-short']],
  ['{date_short_pretty}', ['date-short']],
  ['{date_long}', ['date-full']],
  ['{date_long_pretty}', ['date-full']],
  ['{day_divider_pretty}', ['date-full']],
  ['{time}', ['time']],
  ['{time_secs}', ['time-seconds']],
  ['{ago}', ['date-long', 'time']],
]);

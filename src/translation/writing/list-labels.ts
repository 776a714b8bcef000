/** The bullet or number of a list item. As in Slack, its form depends on the depth (`indent`). `number` counts from 1. */
export function listLabel(ordered: boolean, indent: number, number: number): string {
  if (!ordered) {
    return bullets[indent % bullets.length] ?? '•';
  }
  const notations = [String, letters, roman] as const;
  const notation = notations[indent % notations.length] ?? String;
  return `${notation(number)}.`;
}

const bullets = ['•', '◦', '▪'];

/** 1 is a, 27 is aa. */
function letters(number: number): string {
  let rest = number;
  let text = '';
  while (rest > 0) {
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
    rest = Math.floor((rest - 1) / 26);
  }
  return text || String(number);
}

const romanDigits = [
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
] as const;

function roman(number: number): string {
  if (number < 1 || number > 399) {
    return String(number);
  }
  let rest = number;
  let text = '';
  for (const [value, digits] of romanDigits) {
    while (rest >= value) {
      text += digits;
      rest -= value;
    }
  }
  return text;
}

import type { Fault } from './faults.ts';
import { faultForms } from './forms.ts';

/** A fault that was read, `undefined` for none, or what is wrong with its text. */
export type ParsedFault =
  | { readonly kind: 'fault'; readonly fault: Fault | undefined }
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * Reads the short form of a fault: `slow 5s`, `reset after`, `html 502`, `error insufficient_scope 403`; `off` is no
 * fault.
 */
export function parseFault(text: string): ParsedFault {
  const normal = text.trim().replace(/\s+/g, ' ');
  if (normal === 'off') {
    return { kind: 'fault', fault: undefined };
  }
  const form = faultForms.find(({ name }) => normal === name || normal.startsWith(`${name} `));
  const words = normal
    .slice(form?.name.length ?? 0)
    .split(' ')
    .filter((word) => word !== '');
  const fault = form?.read(words);
  if (fault !== undefined) {
    return { kind: 'fault', fault };
  }
  const expected =
    form === undefined
      ? `one of: off, ${faultForms.map(({ name }) => name).join(', ')}`
      : `${form.name} ${form.words}`.trim();
  return { kind: 'unreadable', problem: `"${normal}" is not a fault that the portal knows. Expected ${expected}` };
}

/** One line per fault: how to write it, what it does, and in brackets what is meant where a word is left out. */
export function describeFaults(): string {
  const rows = [
    ...faultForms.map(({ name, words, does }): [string, string] => [`${name} ${words}`.trim(), does]),
    ['off', 'everything works again'] as const,
  ];
  const width = Math.max(...rows.map(([form]) => form.length));
  return rows.map(([form, does]) => `${form.padEnd(width)}  ${does}`).join('\n');
}

/** The form that parseFault reads back; what only tests make cannot be written, its form is for the log. */
export function formatFault(fault: Fault): string {
  switch (fault.kind) {
    case 'slow':
      return `slow ${fault.ms}ms ${fault.moment}`;
    case 'reset':
    case 'lost':
    case 'garbage':
    case 'held':
      return `${fault.kind} ${fault.moment}`;
    case 'html':
    case 'empty':
      return `${fault.kind} ${fault.status} ${fault.moment}`;
    case 'error':
      return `error ${fault.code} ${fault.status} ${fault.shape} ${fault.moment}`;
    case 'raw':
      return `raw ${fault.status}`;
    case 'redirect':
      return `redirect ${fault.status} ${fault.to}`;
    case 'oversized':
      return `oversized ${fault.bytes} ${fault.moment}`;
    case 'moved':
      return `moved ${fault.to}`;
    case 'time-limit':
      return `time limit ${fault.shape}`;
    case 'too-old':
      return `too old ${fault.shape}`;
    case 'old-card':
      return 'old card';
    case 'cut':
    case 'throttle':
    case 'closed':
    case 'plan':
    case 'overloaded':
    case 'https':
      return fault.kind;
    default:
      return fault satisfies never;
  }
}

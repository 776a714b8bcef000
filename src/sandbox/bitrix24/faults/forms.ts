import type { Fault, Moment } from './faults.ts';

/** How a fault is written: its name, the words after it, and what it does. */
export type FaultForm = {
  readonly name: string;
  readonly words: string;
  readonly does: string;
  /** The words after the name; `undefined` when they make no sense. */
  read(words: readonly string[]): Fault | undefined;
};

/** Every fault that can be written, in the order of the help text. */
export const faultForms: readonly FaultForm[] = [
  form('slow', '5s|300ms [before|after]', 'executes late, or executes at once and answers late (before)', readSlow),
  momentForm('reset', 'resets the connection, before executing or after (after)', 'after', (moment) => ({
    kind: 'reset',
    moment,
  })),
  momentForm('lost', 'never answers and keeps the connection open (after)', 'after', (moment) => ({
    kind: 'lost',
    moment,
  })),
  form('cut', '', 'executes and breaks the answer off half-way', only({ kind: 'cut' })),
  statusForm('html', "answers with a proxy's page (502, before)", { status: 502, moment: 'before' }),
  statusForm('empty', 'answers without a body (200, after)', { status: 200, moment: 'after' }),
  momentForm('garbage', 'answers 200 with something that is not JSON (after)', 'after', (moment) => ({
    kind: 'garbage',
    moment,
  })),
  form(
    'error',
    'CODE STATUS [flat|v3] [before|after]',
    'answers with this error (shape by the code, before)',
    readError,
  ),
  momentForm('500', 'INTERNAL_SERVER_ERROR (before)', 'before', (moment) => ({
    kind: 'error',
    code: 'INTERNAL_SERVER_ERROR',
    status: 500,
    shape: 'flat',
    moment,
  })),
  momentForm('502', "a proxy's page (before)", 'before', (moment) => ({ kind: 'html', status: 502, moment })),
  momentForm('504', "a proxy's page (after)", 'after', (moment) => ({ kind: 'html', status: 504, moment })),
  momentForm('408', 'no body (before)', 'before', (moment) => ({ kind: 'empty', status: 408, moment })),
  momentForm('429', 'no body (before)', 'before', (moment) => ({ kind: 'empty', status: 429, moment })),
  form('redirect', '301|302|307|308 ORIGIN|/PATH', 'sends the caller elsewhere', readRedirect),
  form('oversized', '[8mb] [before|after]', 'answers with that much JSON (8mb, after)', readOversized),
  form('throttle', '', 'QUERY_LIMIT_EXCEEDED', only({ kind: 'throttle' })),
  shapeForm('time limit', 'OPERATION_TIME_LIMIT, or RATELIMITEXCEPTION of REST 3', (shape) => ({
    kind: 'time-limit',
    shape,
  })),
  form('moved', 'ORIGIN', 'the portal has another address: 302 with the same path there', readMoved),
  form('closed', '', 'PORTAL_DELETED', only({ kind: 'closed' })),
  form('plan', '', 'the paid plan has ended: ACCESS_DENIED', only({ kind: 'plan' })),
  form('overloaded', '', 'OVERLOAD_LIMIT', only({ kind: 'overloaded' })),
  form('https', '', 'INVALID_REQUEST: https is required', only({ kind: 'https' })),
  shapeForm('too old', 'there is no REST 3, or none for tasks', (shape) => ({ kind: 'too-old', shape })),
  form('old card', '', 'the new task card is off: ACCESSDENIED for everybody', only({ kind: 'old-card' })),
];

type Reader = FaultForm['read'];

function form(name: string, words: string, does: string, read: Reader): FaultForm {
  return { name, words, does, read };
}

function momentForm(name: string, does: string, byDefault: Moment, build: (moment: Moment) => Fault): FaultForm {
  return form(name, '[before|after]', does, (words) => withMoment(words, byDefault, build));
}

function shapeForm(name: string, does: string, build: (shape: 'flat' | 'v3') => Fault): FaultForm {
  return form(name, '[flat|v3]', does, ([shape = 'flat', ...more]) =>
    more.length === 0 && (shape === 'flat' || shape === 'v3') ? build(shape) : undefined,
  );
}

function statusForm(kind: 'html' | 'empty', does: string, byDefault: { status: number; moment: Moment }): FaultForm {
  return form(kind, `[${byDefault.status}] [before|after]`, does, (words) => {
    const given = readStatus(words[0]);
    return withMoment(given === undefined ? words : words.slice(1), byDefault.moment, (moment) => ({
      kind,
      status: given ?? byDefault.status,
      moment,
    }));
  });
}

function only(fault: Fault): Reader {
  return (words) => (words.length === 0 ? fault : undefined);
}

function withMoment(words: readonly string[], byDefault: Moment, build: (moment: Moment) => Fault): Fault | undefined {
  const [word = byDefault, ...more] = words;
  return more.length === 0 && (word === 'before' || word === 'after') ? build(word) : undefined;
}

/** 200 to 599: a status that HTTP lets a server end an exchange with. */
function readStatus(word: string | undefined): number | undefined {
  return word !== undefined && /^[2-5]\d\d$/.test(word) ? Number(word) : undefined;
}

function readSlow([time = '', ...rest]: readonly string[]): Fault | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(time) ?? [];
  if (amount === undefined) {
    return undefined;
  }
  const ms = Number(amount) * (unit === 's' ? 1000 : 1);
  return withMoment(rest, 'before', (moment) => ({ kind: 'slow', ms, moment }));
}

function readError([code, statusWord, ...rest]: readonly string[]): Fault | undefined {
  const status = readStatus(statusWord);
  if (code === undefined || status === undefined) {
    return undefined;
  }
  const [first] = rest;
  const given = first === 'flat' || first === 'v3' ? first : undefined;
  const shape = given ?? (code.startsWith('BITRIX_REST_V3_') ? 'v3' : 'flat');
  return withMoment(given === undefined ? rest : rest.slice(1), 'before', (moment) => ({
    kind: 'error',
    code,
    status,
    shape,
    moment,
  }));
}

function readRedirect([statusWord, to, ...more]: readonly string[]): Fault | undefined {
  const status = readStatus(statusWord);
  if (status === undefined || to === undefined || more.length > 0 || !(to.startsWith('/') || isOrigin(to))) {
    return undefined;
  }
  return { kind: 'redirect', status, to };
}

function readMoved([to, ...more]: readonly string[]): Fault | undefined {
  return to === undefined || more.length > 0 || !isOrigin(to) ? undefined : { kind: 'moved', to };
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^/\s]+\/?$/.test(text) && URL.canParse(text);
}

function readOversized(words: readonly string[]): Fault | undefined {
  const [, amount, unit = ''] = /^(\d+)(kb|mb)?$/.exec(words[0] ?? '') ?? [];
  const factor = { '': 1, kb: 1024, mb: 1024 * 1024 }[unit] ?? 1;
  const bytes = amount === undefined ? 8 * 1024 * 1024 : Number(amount) * factor;
  return withMoment(amount === undefined ? words : words.slice(1), 'after', (moment) => ({
    kind: 'oversized',
    bytes,
    moment,
  }));
}

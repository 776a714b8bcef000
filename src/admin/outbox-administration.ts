import { parseArgs } from 'node:util';
import type { Person } from '../domain/person.ts';
import {
  type AdministeredDelivery,
  type AdministeredState,
  administeredStates,
  type OutboxAdministration,
  type OutboxFilter,
} from '../storage/outbox/administration.ts';
import { type AdminCommand, type CommandContext, confirm, withStorage } from './command.ts';
import { deliveryJson, deliveryLines, deliveryTable, tallyTable } from './outbox-lines.ts';
import { portalArgument } from './portal-argument.ts';

const usage = [
  'Usage: npm run outbox -- <what>',
  '  list [filters]                what is waiting, oldest first; with --state of an end, the newest first',
  '  show <id>                     one message: where it stands, every failed attempt; never its text',
  '  cancel <id>… [--yes]          ends what waits; the senders are told',
  '  retry <id> | --portal <url>   tries now what waits for its next attempt',
  '  release <person> | <portal>   lets messages that wait for a new connection be tried once more [--yes]',
  '  hold [--yes]                  after a restore: ends what is open as unknown, and asks the senders',
  '  stats                         how many there are, by portal and state',
  'Filters: --state <state> --person <team>:<user> --portal <url or host> --task <number> --limit <number>, 50 without',
  `  <state>: ${administeredStates.join(', ')}`,
  'list, show and stats take --json: one JSON object a line.',
];

type Options = {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly yes: boolean;
  readonly filter: OutboxFilter;
};

type Act = (context: CommandContext, outbox: OutboxAdministration, options: Options) => Promise<number>;

/**
 * `npm run outbox`: lists deliveries, shows one, cancels, tries again, releases, counts. Works beside the running
 * service. Code 2 for words that it does not know, 1 where something was not done.
 */
export const outbox: AdminCommand = async (context) => {
  const options = optionsOf(context.args);
  const [name = '', ...words] = options?.words ?? [];
  const act = actions[name];
  if (!options || !act?.takes(words, options.filter)) {
    for (const line of usage) {
      context.print(line);
    }
    return 2;
  }
  return withStorage(context, (storage) => act.run(context, storage.administration, { ...options, words }));
};

const actions: Readonly<
  Record<string, { readonly takes: (words: readonly string[], filter: OutboxFilter) => boolean; readonly run: Act }>
> = {
  list: { takes: (words) => words.length === 0, run: list },
  show: { takes: (words) => words.length === 1, run: show },
  cancel: { takes: (words) => words.length > 0, run: cancel },
  retry: { takes: (words, { portal }) => words.length + (portal === undefined ? 0 : 1) === 1, run: retry },
  release: { takes: ([word, ...more]) => more.length === 0 && targetOf(word) !== undefined, run: release },
  hold: { takes: (words) => words.length === 0, run: hold },
  stats: { takes: (words) => words.length === 0, run: stats },
};

/** `undefined` where something in it is not known. */
function optionsOf(args: readonly string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((word) => !isWholeId(word)),
      allowPositionals: true,
      options: {
        state: { type: 'string' },
        person: { type: 'string' },
        portal: { type: 'string' },
        task: { type: 'string' },
        limit: { type: 'string', default: '50' },
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
      },
    });
    const state = administeredStates.find((known) => known === values.state);
    const person = values.person === undefined ? undefined : personOf(values.person);
    const task = values.task === undefined ? undefined : Number(values.task);
    const portal = values.portal === undefined ? undefined : portalArgument(values.portal);
    const limit = Number(values.limit);
    const isSound =
      (values.state === undefined || state !== undefined) &&
      (values.person === undefined || person !== undefined) &&
      (values.portal === undefined || portal !== undefined) &&
      (task === undefined || Number.isSafeInteger(task)) &&
      Number.isSafeInteger(limit) &&
      limit > 0;
    const filter = filterOf({ state, person, portal, task, limit });
    const words = [...positionals, ...args.filter(isWholeId)];
    return isSound ? { words, json: values.json, yes: values.yes, filter } : undefined;
  } catch {
    return undefined;
  }
}

/** An id may begin with a hyphen, as options do. */
function isWholeId(word: string): boolean {
  return /^[\w-]{43}$/.test(word);
}

function filterOf({
  state,
  person,
  portal,
  task,
  limit,
}: {
  readonly state: AdministeredState | undefined;
  readonly person: Person | undefined;
  readonly portal: string | undefined;
  readonly task: number | undefined;
  readonly limit: number;
}): OutboxFilter {
  return {
    ...(state ? { state } : {}),
    ...(person ? { person } : {}),
    ...(portal === undefined ? {} : { portal }),
    ...(task === undefined ? {} : { task }),
    limit,
  };
}

function personOf(text: string): Person | undefined {
  const [, tenant, user] = /^([TE][A-Z0-9]+):([UW][A-Z0-9]+)$/.exec(text) ?? [];
  return tenant === undefined || user === undefined ? undefined : { tenant, user };
}

function targetOf(word: string | undefined): { readonly person: Person } | { readonly portal: string } | undefined {
  if (word === undefined || word === '') {
    return undefined;
  }
  const [person, portal] = [personOf(word), portalArgument(word)];
  return person ? { person } : portal && { portal };
}

async function list(
  { print }: CommandContext,
  administration: OutboxAdministration,
  { filter, json }: Options,
): Promise<number> {
  const found = await administration.list(filter);
  for (const line of json ? found.map(deliveryJson) : deliveryTable(found)) {
    print(line);
  }
  if (!json) {
    print(found.length === 0 ? 'Nothing like that is there.' : countLine(found.length, filter.limit));
  }
  return 0;
}

function countLine(count: number, limit: number): string {
  return count === limit ? `${count} shown; there may be more: --limit ${limit * 10}` : `${count} in all`;
}

async function show(context: CommandContext, outbox: OutboxAdministration, { words, json }: Options): Promise<number> {
  const found = await find(context, outbox, words[0] ?? '');
  for (const line of found ? (json ? [deliveryJson(found)] : deliveryLines(found)) : []) {
    context.print(line);
  }
  return found ? 0 : 1;
}

async function find(
  { print }: CommandContext,
  administration: OutboxAdministration,
  id: string,
): Promise<AdministeredDelivery | undefined> {
  const found = await administration.find(id);
  if (found === 'several') {
    print(`${id}: several messages begin so; give more of the id.`);
    return undefined;
  }
  if (!found) {
    print(`${id}: there is no such message. Records are deleted 30 days after the end.`);
  }
  return found;
}

const cancelled = {
  cancelled: 'cancelled; its sender is told',
  uncertain: 'ended; it may have arrived before, and its sender is told so',
  sending: 'not cancelled: it is on its way this moment. Try again in a minute',
  ended: 'had ended already',
  absent: 'is not there any more',
} as const;

async function cancel(context: CommandContext, outbox: OutboxAdministration, { words, yes }: Options): Promise<number> {
  const found: AdministeredDelivery[] = [];
  for (const id of words) {
    const each = await find(context, outbox, id);
    if (!each) {
      return 1;
    }
    found.push(each);
  }
  for (const line of deliveryTable(found)) {
    context.print(line);
  }
  const question =
    found.length === 1
      ? 'Cancel this message? Nothing more of it goes out, and its sender is told.'
      : `Cancel these ${found.length} messages? Nothing more of them goes out, and their senders are told.`;
  if (!(await confirm(context, yes, question))) {
    return 1;
  }
  let failed = 0;
  for (const { delivery } of found) {
    const result = await outbox.cancel(delivery);
    failed += result === 'cancelled' || result === 'uncertain' ? 0 : 1;
    context.print(`${delivery.id}: ${cancelled[result]}.`);
  }
  return failed > 0 ? 1 : 0;
}

async function retry(
  context: CommandContext,
  outbox: OutboxAdministration,
  { words, filter }: Options,
): Promise<number> {
  if (filter.portal !== undefined) {
    const due = await outbox.retry({ portal: filter.portal });
    context.print(`${due} waiting for their next attempt at ${filter.portal}: tried now.`);
    return 0;
  }
  const found = await find(context, outbox, words[0] ?? '');
  if (!found) {
    return 1;
  }
  const { id } = found.delivery;
  if ((await outbox.retry({ id })) > 0) {
    context.print(`${id}: tried now.`);
    return 0;
  }
  context.print(`${id}: ${whyNotNow(found)}.`);
  return 1;
}

function whyNotNow({ state, behind, delivery }: AdministeredDelivery): string {
  if (state === 'parked') {
    return 'waits for its sender to connect again; see release';
  }
  if (state !== 'waiting') {
    return `is ${state}`;
  }
  if (behind) {
    return 'waits for an earlier message of its sender to the same task';
  }
  return delivery.ambiguous ? 'may have arrived: a repeat before its time could make a copy' : 'is due already';
}

async function release(
  context: CommandContext,
  outbox: OutboxAdministration,
  { words, yes }: Options,
): Promise<number> {
  const target = targetOf(words[0]);
  if (!target) {
    return 1;
  }
  const whom = 'person' in target ? `${target.person.tenant}:${target.person.user}` : `everybody on ${target.portal}`;
  const question = `Try once more what waits for a new connection of ${whom}? What is refused again waits again, and its sender is told again.`;
  if (!(await confirm(context, yes, question))) {
    return 1;
  }
  const released = await outbox.release(target);
  context.print(released === 0 ? `Nothing waits for a new connection of ${whom}.` : `Released: ${released}.`);
  return 0;
}

async function hold(context: CommandContext, outbox: OutboxAdministration, { yes }: Options): Promise<number> {
  const question =
    'End everything open as unknown? This is for a database that was put back from an older copy: what waits in it may have gone out since, so each sender is asked.';
  if (!(await confirm(context, yes, question))) {
    return 1;
  }
  context.print(`Ended as unknown: ${await outbox.hold()}.`);
  return 0;
}

async function stats({ print }: CommandContext, outbox: OutboxAdministration, { json }: Options): Promise<number> {
  const tallies = await outbox.tally();
  for (const line of json ? tallies.map((each) => JSON.stringify(each)) : tallyTable(tallies)) {
    print(line);
  }
  if (!json && tallies.length === 0) {
    print('Nothing is stored.');
  }
  return 0;
}

import type { types } from '@slack/bolt';
import { within } from '../../domain/clock.ts';
import type { Draft, DraftThread, ThreadPost } from '../../tasks/ports.ts';
import { isAnswered } from '../../translation/read-message.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { AskedThread, ThreadReading } from '../directory/threads.ts';
import type { ThreadState } from '../views/compose-thread.ts';
import { type Entered, type Shown, showComposer } from './show-composer.ts';

/** A form, and where its thread is still being read, the same form with what came of that. */
export type FormView = {
  readonly view: types.ModalView;
  readonly later?: () => Promise<types.ModalView | undefined>;
};

/** A form that is there soon counts more than one that is complete. */
const soonMs = 1_000;

/** The form for a draft, with the choice of the whole thread where its message belongs to one. */
export async function formWithThread(
  deps: ListenerDeps,
  context: InteractionContext,
  shown: Shown,
  entered?: Entered,
): Promise<FormView> {
  const reading = readThread(deps, context, shown.draft);
  if (!reading) {
    return { view: await showComposer(deps, context, shown, entered) };
  }
  const settle = async (read: ThreadReading) => {
    const { draft, state } = await keepThread(deps, shown, read);
    return showComposer(deps, context, { ...shown, draft, thread: state }, entered);
  };
  const soon = await within(deps.clock, soonMs, reading, () => undefined);
  if (soon) {
    return { view: await settle(soon) };
  }
  return {
    view: await showComposer(deps, context, { ...shown, thread: { kind: 'reading' } }, entered),
    later: async () => settle(await reading),
  };
}

/** Keeps the thread of a draft whose person does something else first. */
export async function keepThreadFor(
  deps: ListenerDeps,
  context: InteractionContext,
  shown: Pick<Shown, 'draft' | 'reference'>,
): Promise<undefined> {
  const reading = await readThread(deps, context, shown.draft);
  if (reading) {
    await keepThread(deps, shown, reading);
  }
}

/** A draft whose thread was looked at once more. */
export type RenewedDraft = {
  readonly draft: Draft;
  /** How many posts had been added since the form was opened. */
  readonly added: number;
  /** Slack did not tell. */
  readonly unknown?: true;
};

/** How long a person who has pressed Send waits for it. */
const renewWithinMs = 1_200;

/**
 * The draft with what was added to its thread since the form was opened. Once for each window: the same submission
 * handed over twice is the same message.
 */
export async function renewThread(
  deps: ListenerDeps,
  context: InteractionContext,
  draft: Draft,
  { form, view }: { readonly form: string; readonly view: string },
): Promise<RenewedDraft> {
  const thread = draft.content.kind === 'message' ? draft.content.thread : undefined;
  const asked = askedFor(context, draft);
  if (!thread || !asked || thread.renewed?.view === view) {
    return { draft, added: thread?.renewed?.added ?? 0 };
  }
  const since = tsOf(thread.posts.at(-1));
  const reading = deps.threads.read({ ...asked, ...(since === undefined ? {} : { since }) });
  const came = await within(deps.clock, renewWithinMs, reading, () => undefined);
  if (came?.kind !== 'read') {
    return { draft, added: 0, unknown: true };
  }
  const kept = keptThread([...thread.posts, ...came.posts], thread.dropped);
  const added = came.posts.length;
  const renewed = withThread(draft, { ...kept, renewed: { view, added } });
  await deps.drafts.replace(form, renewed);
  return { draft: renewed, added };
}

/** What is to be read, where the message of a draft belongs to a thread. */
function askedFor({ actor }: InteractionContext, { content, route }: Draft): AskedThread | undefined {
  const { channel, threadTs } = route.place;
  if (content.kind !== 'message' || threadTs === undefined || !isAnswered(content.message)) {
    return undefined;
  }
  return { workspace: actor.workspace, person: actor.person, channel, threadTs };
}

function readThread(
  { threads }: ListenerDeps,
  context: InteractionContext,
  draft: Draft,
): Promise<ThreadReading> | undefined {
  const asked = askedFor(context, draft);
  const isKnown = draft.content.kind === 'message' && draft.content.thread !== undefined;
  return asked && !isKnown ? threads.read(asked) : undefined;
}

/** The rest of the draft may have changed since. A thread of one post is none. */
async function keepThread(
  { drafts }: ListenerDeps,
  { draft, reference }: Pick<Shown, 'draft' | 'reference'>,
  read: ThreadReading,
): Promise<{ readonly draft: Draft; readonly state?: ThreadState }> {
  if (read.kind !== 'read') {
    return { draft, state: read };
  }
  if (read.posts.length < 2) {
    return { draft };
  }
  const current = (await drafts.find(draft.person, reference.draft)) ?? draft;
  const kept = withThread(current, keptThread(read.posts, 0));
  await drafts.replace(reference.draft, kept);
  return { draft: kept };
}

function withThread(draft: Draft, thread: DraftThread): Draft {
  const { content } = draft;
  return content.kind === 'message' ? { ...draft, content: { ...content, thread } } : draft;
}

/** In characters of JSON: far more than the text of a message may have. */
const maxKeptSize = 500_000;

/** The posts that a draft may hold: the first one and the newest. */
function keptThread([first, ...others]: readonly ThreadPost[], dropped: number): DraftThread {
  let size = sizeOf(first);
  const newest: ThreadPost[] = [];
  for (const post of others.toReversed()) {
    size += sizeOf(post);
    if (size > maxKeptSize) {
      break;
    }
    newest.push(post);
  }
  const posts = [...(first ? [first] : []), ...newest.toReversed()];
  return { posts, dropped: dropped + others.length - newest.length };
}

function sizeOf(post: ThreadPost | undefined): number {
  return JSON.stringify(post ?? '').length;
}

function tsOf(post: ThreadPost | undefined): string | undefined {
  const message = post?.message;
  return typeof message === 'object' && message !== null && 'ts' in message && typeof message.ts === 'string'
    ? message.ts
    : undefined;
}

import type { types } from '@slack/bolt';
import type { Preview } from '../../delivery/preview.ts';
import type { Identity } from '../../domain/identity.ts';
import { present } from '../../domain/present.ts';
import type { Draft } from '../../tasks/ports.ts';
import { placeOf } from '../../tasks/remember-task.ts';
import type { SuggestedTask } from '../../tasks/suggested-task.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { ChosenOption } from '../receiving/view.ts';
import type { ShownThread, ThreadState } from '../views/compose-thread.ts';
import { composeView, type Notice } from '../views/compose-view.ts';
import { showPortal } from '../views/describe-failure.ts';
import { linkView } from '../views/link-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { taskOption } from '../views/task-options.ts';
import { announcesAs } from './announcement.ts';
import { firstWords, isFixed, keptText, messageOf, type Words } from './draft-document.ts';
import { maxFiles } from './draft-files.ts';
import { type FormReference, writeReference } from './form-state.ts';
import { linkOptionsOf } from './link-options.ts';
import { takesFiles } from './takes-files.ts';
import { fieldValue, readWritten } from './written-text.ts';

/** What the person entered so far, and what they are told on top of the form. */
export type Entered = { readonly chosen?: ChosenOption | undefined; readonly words: Words; readonly notice?: Notice };

type Tools = Pick<ListenerDeps, 'tasks' | 'preview' | 'announce'>;

/** What a form is shown for. */
export type Shown = {
  readonly reference: FormReference;
  readonly draft: Draft;
  readonly identity: Identity;
  /** Why the thread of its message cannot be chosen, or not yet; `undefined` when it can, or when there is none. */
  readonly thread?: ThreadState | undefined;
};

/** The form for a draft: fresh, or with what the person entered. */
export async function showComposer(
  { tasks, preview, announce }: Tools,
  { texts }: InteractionContext,
  { reference, draft, identity, thread }: Shown,
  entered?: Entered,
): Promise<types.ModalView> {
  const { person, route, content } = draft;
  const words = entered?.words ?? firstWords(draft, texts.message);
  const withoutComment = { ...words, comment: undefined, files: [] };
  const own = messageOf(draft, withoutComment, texts.message);
  const fixed = isFixed(draft, texts.message) ? own : undefined;
  const typed = fixed && keptText(draft, texts.message);
  const [first, shown] = await Promise.all([
    entered && 'chosen' in entered ? undefined : firstTask(tasks, draft, identity),
    fixed && preview({ person, route, ...fixed }, identity.account.portal),
  ]);
  return composeView(
    {
      metadata: writeReference(reference),
      account: identity.account,
      preview: shown && withDropped(shown, draft, words),
      whole: typed === undefined ? undefined : { draft: reference.draft, text: typed },
      linkable: content.kind === 'message',
      thread: shownThread(draft, words, thread),
      losses: fixed ? [] : own.losses,
      files: draft.takesFiles && { along: own.files ?? [], most: maxFiles - (draft.files?.length ?? 0) },
      chosen: entered?.chosen ?? (first && taskOption(first, texts)),
      comment: fieldValue(readWritten(words.comment, texts.message).document),
      withLink: words.withLink,
      announce: { as: announcesAs(announce), chosen: words.announces ?? announce !== 'off' },
      notice: entered?.notice,
    },
    texts,
  );
}

function shownThread({ content }: Draft, words: Words, state: ThreadState | undefined): ShownThread | undefined {
  if (content.kind !== 'message') {
    return undefined;
  }
  const { thread, privatePlace } = content;
  const posts = thread && thread.posts.length + thread.dropped;
  return { ...present({ posts }), chosen: words.thread === true, state, place: privatePlace };
}

/** Posts that the draft could not hold stay behind as well. */
export function withDropped(preview: Preview, { content }: Draft, words: Words): Preview {
  const dropped = words.thread && content.kind === 'message' ? (content.thread?.dropped ?? 0) : 0;
  return dropped === 0 ? preview : { ...preview, leftOut: (preview.leftOut ?? 0) + dropped };
}

/** The task that the person named, or else the one that suits the place. */
async function firstTask(
  tasks: Tools['tasks'],
  { person, route, task }: Draft,
  identity: Identity,
): Promise<SuggestedTask | undefined> {
  if (task === undefined) {
    return tasks.preselect(identity, person, placeOf(person, route.place));
  }
  const checked = await tasks.check(person, task);
  const title = checked.kind === 'found' ? checked.title : undefined;
  return { task, ...present({ title }) };
}

/** The link window for somebody who was about to send something: it goes on with their draft. */
export async function linkFirstView(
  deps: Pick<ListenerDeps, 'drafts' | 'connecting' | 'portals'>,
  { actor, texts }: InteractionContext,
  draft: string,
): Promise<types.ModalView> {
  await deps.drafts.noteLinking(actor.person, draft);
  const view = linkView(texts, { problem: texts.compose.linkFirst, ...linkOptionsOf(deps) });
  return { ...view, private_metadata: draft };
}

/**
 * The form for somebody who has linked on the way; `undefined` where they had no draft, or it is not kept any more.
 * `own`: the draft of the window at hand, where that is known.
 */
export async function composerAfterLink(
  deps: Tools & Pick<ListenerDeps, 'linking' | 'drafts' | 'botScopes'>,
  context: InteractionContext,
  own?: string,
): Promise<types.ModalView | undefined> {
  const { person } = context.actor;
  const noted = await deps.drafts.takeLinking(person);
  const id = own ?? noted;
  if (id === undefined) {
    return undefined;
  }
  const [found, identity] = await Promise.all([deps.drafts.find(person, id), deps.linking.find(person)]);
  if (!found || !identity) {
    return undefined;
  }
  const { name, portal } = identity.account;
  const { takesFiles: _before, ...kept } = found;
  const draft = { ...kept, portal, ...(await takesFiles(deps, context, identity)) };
  await deps.drafts.replace(id, draft);
  const linked = context.texts.linking.linked({ name: mrkdwn.text(name), portal: showPortal(portal) });
  const notice: Notice = { level: 'success', text: linked };
  const entered = { words: firstWords(draft, context.texts.message), notice };
  return showComposer(deps, context, { reference: { draft: id, again: false }, draft, identity }, entered);
}

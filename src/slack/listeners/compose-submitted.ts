import type { types } from '@slack/bolt';
import type { Accepted } from '../../delivery/submission.ts';
import { excerptOfMessage } from '../../delivery/wording.ts';
import type { Document } from '../../domain/document.ts';
import type { AcceptFailure } from '../../domain/failure.ts';
import type { TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import { plain } from '../../locales/shown.ts';
import type { Draft } from '../../tasks/ports.ts';
import { answerSubmit, type SubmitAck, type SubmitAnswer } from '../answering/answer-submit.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { announcementOf, announcesAs } from '../composing/announcement.ts';
import { isFixed, messageOf, withChoice, withWritten } from '../composing/draft-document.ts';
import { withFiles } from '../composing/draft-files.ts';
import { problemWithFiles } from '../composing/form-files.ts';
import { chosenTask, type Form, readForm } from '../composing/form-state.ts';
import { linkFirstView, showComposer, withDropped } from '../composing/show-composer.ts';
import { renewThread } from '../composing/thread-in-form.ts';
import { fitsField, readWritten } from '../composing/written-text.ts';
import { interactionKeyOf } from '../receiving/actor.ts';
import type { ViewSubmission } from '../receiving/interaction.ts';
import { acceptedReply } from '../views/accept-replies.ts';
import { fieldIds } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { composeNotice, type Notice } from '../views/compose-view.ts';
import { showPortal } from '../views/describe-failure.ts';
import { escapeText, mrkdwn } from '../views/mrkdwn.ts';
import { showTask } from '../views/show-task.ts';
import type { Listener } from './dispatch.ts';

const taskBlock = fieldIds.task.block;
const textBlock = fieldIds.comment.block;
const filesBlock = fieldIds.files.block;

/** The listener of the submitted form: mistakes appear at their fields, success closes it and its reply follows. */
export function onComposeSubmitted(deps: ListenerDeps): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) => {
    const form = readForm(view);
    return answerSubmit(deps.runner, {
      actor,
      ack,
      viewId: form.viewId,
      typed: (context) => writtenInto(form, context),
      meanwhile: ({ texts }) => composeNotice(texts, [texts.compose.sending]),
      broken: (context, text) => ({
        errors: { [taskBlock]: text },
        view: composeNotice(context.texts, [text], writtenInto(form, context)),
        said: text,
      }),
      work: (context) => submit(deps, context, form),
    });
  };
}

/** A submitted form whose draft is at hand; `context` answers where the draft was begun. */
type Sending = {
  readonly deps: ListenerDeps;
  readonly context: InteractionContext;
  readonly form: Form;
  readonly draft: Draft;
  /** What is to be said of its thread once it was accepted. */
  readonly aside?: string | undefined;
};

async function submit(deps: ListenerDeps, context: InteractionContext, form: Form): Promise<SubmitAnswer> {
  const { person } = context.actor;
  const { errors } = context.texts.compose;
  const draft = await deps.drafts.find(person, form.reference.draft);
  if (!draft) {
    return {
      errors: { [textBlock]: errors.gone },
      view: composeNotice(context.texts, [errors.gone], writtenInto(form, context)),
      said: errors.gone,
    };
  }
  const announce = form.words.announces ? announcementOf(draft, announcesAs(deps.announce)) : undefined;
  const route = { ...draft.route, locale: context.locale, ...present({ announce }) };
  const sending: Sending = { deps, context: { ...context, route }, form, draft: { ...draft, route } };
  const task = chosenTask(form.chosen);
  if (!task) {
    return wrong(sending, taskBlock, errors.noTask);
  }
  if (await isNotThere(sending, task)) {
    return wrong(sending, taskBlock, errors.noAccess(task));
  }
  const problem = problemWithFiles(form.words.files ?? [], context.texts);
  if (problem !== undefined) {
    return wrong(sending, filesBlock, problem);
  }
  const complete = form.words.thread ? await withNewPosts(sending) : sending;
  return answerTo(complete, await accept(complete, task));
}

/** A thread goes out as it is now; how it differs from what the form showed is said once it was accepted. */
async function withNewPosts(sending: Sending): Promise<Sending> {
  const { deps, context, form } = sending;
  const { texts } = context;
  const place = { form: form.reference.draft, view: form.viewId };
  const { draft, added, unknown } = await renewThread(deps, context, sending.draft, place);
  if (unknown) {
    return { ...sending, draft, aside: texts.compose.thread.unknown };
  }
  if (added === 0 || draft.portal === undefined) {
    return { ...sending, draft };
  }
  const { person, route } = draft;
  const shown = await deps.preview({ person, route, ...messageOf(draft, form.words, texts.message) }, draft.portal);
  const { leftOut = 0 } = withDropped(shown, draft, form.words);
  return { ...sending, draft, aside: texts.compose.thread.grown({ added, leftOut }) };
}

/** Only what the portal of the form says counts; while it says nothing, the message is taken and waits. */
async function isNotThere({ deps, draft }: Sending, task: TaskId): Promise<boolean> {
  const identity = await deps.linking.find(draft.person);
  if (!identity || identity.account.portal !== draft.portal) {
    return false;
  }
  return (await deps.tasks.check(draft.person, task)).kind === 'none';
}

/** What somebody would have to write again. */
function writtenInto({ words }: Form, { texts }: InteractionContext): Document {
  return readWritten(words.comment, texts.message).document;
}

function accept({ deps, context, form, draft }: Sending, task: TaskId): Promise<Accepted> {
  const { actor, route } = context;
  return deps.accept({
    interactionKey: interactionKeyOf(actor, form.viewId),
    person: actor.person,
    task: draft.portal === undefined ? { kind: 'number', task } : { kind: 'link', portal: draft.portal, task },
    ...messageOf(draft, form.words, context.texts.message),
    route,
    sayAgain: form.reference.again,
  });
}

async function answerTo(sending: Sending, accepted: Accepted): Promise<SubmitAnswer> {
  switch (accepted.kind) {
    case 'accepted':
    case 'duplicate':
      return closing(sending, accepted);
    case 'said-before': {
      const { delivery } = accepted;
      const title = await sending.deps.tasks.titleOf(delivery.person, delivery);
      const { saidBefore: text, saidBeforeMore } = sending.context.texts.compose;
      const more = saidBeforeMore({ task: showTask(delivery, title), at: mrkdwn.time(delivery.acceptedAt) });
      return { view: () => again(sending, { level: 'warning', text, more }, true), said: `${text} ${more}` };
    }
    case 'failed':
      return refusal(sending, accepted.failure);
  }
}

function refusal(sending: Sending, failure: AcceptFailure): SubmitAnswer {
  const { errors, linkFirst } = sending.context.texts.compose;
  switch (failure.kind) {
    case 'not-linked':
      return { view: () => connectFirst(sending), said: linkFirst };
    case 'foreign-portal': {
      const [portal, linked] = [showPortal(failure.portal, plain), showPortal(failure.linked, plain)];
      return wrong(sending, taskBlock, errors.foreignPortal({ portal, linked }));
    }
    case 'text-empty':
      return wrong(sending, textBlock, errors.empty);
    case 'text-too-long':
      return wrong(sending, textBlock, errors.tooLong(failure));
    case 'too-many-waiting':
      return wrong(sending, taskBlock, errors.tooMany(failure.most));
    case 'storage-unavailable':
      return wrong(sending, taskBlock, errors.storage);
    case 'storage-unconfirmed':
      return wrong(sending, taskBlock, errors.unconfirmed);
    case 'other-version-accepted':
      return closing(sending, { kind: 'failed', failure });
  }
}

/** Whatever is to be said beyond the reply that follows is said where the draft was begun. */
function closing({ deps, context, form, draft, aside }: Sending, accepted: Accepted): SubmitAnswer {
  const { texts } = context;
  const excerpt = excerptOfMessage(messageOf(draft, form.words, texts.message));
  const typed = accepted.kind === 'failed' ? writtenInto(form, context) : undefined;
  const reply = acceptedReply(accepted, texts, { excerpt, typed });
  const more = reply ?? (aside !== undefined && accepted.kind === 'accepted' ? message(aside) : undefined);
  if (more) {
    const telling = deps.runner.run(() => deps.runner.notify(context, more));
    telling.catch((error: unknown) => deps.log.error({ error }, 'a person could not be told about their message'));
  }
  const said = texts.compose.accepted;
  return { closes: true, view: composeNotice(texts, [more?.text ?? said]), said };
}

function wrong(sending: Sending, block: string, problem: string): SubmitAnswer {
  const said = escapeText(problem);
  return { errors: { [block]: problem }, view: () => again(sending, { level: 'warning', text: said }), said };
}

/** The window that asks to connect: what was entered in the form is in it again afterwards. */
async function connectFirst({ deps, context, form, draft }: Sending): Promise<types.ModalView> {
  const id = form.reference.draft;
  const task = chosenTask(form.chosen);
  const { message, compose } = context.texts;
  const written = writtenInto(form, context);
  if (isFixed(draft, message) && !fitsField(written)) {
    return composeNotice(context.texts, [compose.linkFirst], written);
  }
  const kept = withWritten(withFiles(withChoice({ ...draft, ...present({ task }) }, form.words), form.words), written);
  await deps.drafts.replace(id, kept);
  return linkFirstView(deps, context, id);
}

/** The form as the person left it, with a notice on top. */
async function again(
  sending: Sending,
  notice: Notice,
  saidBefore = sending.form.reference.again,
): Promise<types.ModalView> {
  const { deps, context, form, draft } = sending;
  const identity = await deps.linking.find(draft.person);
  if (!identity) {
    return connectFirst(sending);
  }
  const reference = { draft: form.reference.draft, again: saidBefore };
  return showComposer(deps, context, { reference, draft, identity }, { ...form, notice });
}

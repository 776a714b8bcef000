import type { Begun } from '../../linking/consent.ts';
import { plain } from '../../locales/shown.ts';
import type { PressAnswer } from '../answering/answer-press.ts';
import { answerSubmit, type SubmitAck, type SubmitAnswer } from '../answering/answer-submit.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView } from '../answering/open-view.ts';
import type { SurfaceConnecting } from '../ports.ts';
import type { ViewSubmission } from '../receiving/interaction.ts';
import { chosenIn, typedIn } from '../receiving/view.ts';
import { fieldIds } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { authorizationView, portalView } from '../views/connect-view.ts';
import { showPortal } from '../views/describe-failure.ts';
import { noticeView } from '../views/link-view.ts';
import type { Listener } from './dispatch.ts';

const { block } = fieldIds.portal;

/** Leads to the browser at once where there is only one portal, and asks for the portal otherwise. */
export async function openConnect(deps: ListenerDeps, context: InteractionContext): Promise<PressAnswer | undefined> {
  const { connecting } = deps;
  if (!connecting) {
    return { message: message(context.texts.commands.unknownInteraction), replace: false };
  }
  const problem = await openView(deps, context, await firstView(connecting, context));
  return problem && { message: problem, replace: false };
}

async function firstView(connecting: SurfaceConnecting, { actor, route, texts }: InteractionContext) {
  const { portals } = connecting;
  const [only, ...others] = portals ?? [];
  const begun = only && others.length === 0 ? await connecting.begin(actor.person, only, route) : undefined;
  return begun?.kind === 'begun' ? authorizationView(begun, texts) : portalView(texts, portals);
}

/** The listener of the submitted portal: a mistake appears at its field, the way to the browser in its place. */
export function onPortalSubmitted(deps: ListenerDeps): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) => {
    const portalText = chosenIn(view, fieldIds.portal)?.value ?? typedIn(view, fieldIds.portal);
    return answerSubmit(deps.runner, {
      actor,
      ack,
      viewId: view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.commands.lateOther]),
      broken: (context, text) => wrong(deps, context, text),
      work: (context) => begin(deps, context, portalText),
    });
  };
}

async function begin(deps: ListenerDeps, context: InteractionContext, portalText: string): Promise<SubmitAnswer> {
  const { actor, route, texts } = context;
  const begun = await deps.connecting?.begin(actor.person, portalText, route);
  if (begun?.kind !== 'begun') {
    return wrong(deps, context, problemOf(begun, context));
  }
  return { view: authorizationView(begun, texts), said: texts.connect.depart(showPortal(begun.portal)) };
}

function problemOf(begun: Exclude<Begun, { kind: 'begun' }> | undefined, { texts }: InteractionContext): string {
  switch (begun?.kind) {
    case undefined:
      return texts.commands.unknownInteraction;
    case 'not-an-address':
      return texts.connect.notAnAddress;
    case 'portal-not-allowed':
      return texts.connect.portalNotAllowed(showPortal(begun.portal, plain));
  }
}

function wrong({ connecting }: ListenerDeps, { texts }: InteractionContext, problem: string): SubmitAnswer {
  return { errors: { [block]: problem }, view: portalView(texts, connecting?.portals), said: problem };
}

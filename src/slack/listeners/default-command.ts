import type { TaskReference } from '../../delivery/submission.ts';
import type { ShownDefault } from '../../tasks/channel-default.ts';
import type { Place } from '../../tasks/ports.ts';
import { placeOf } from '../../tasks/remember-task.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { Command } from '../receiving/parse-command.ts';
import { actions, button, type Message, message } from '../views/blocks.ts';
import { showPortal } from '../views/describe-failure.ts';
import { showDefault } from '../views/show-task.ts';

/** Shows, sets or clears the default task of the channel. */
export async function changeDefault(
  deps: ListenerDeps,
  context: InteractionContext,
  { change }: Extract<Command, { kind: 'default' }>,
): Promise<Message> {
  const { defaults } = context.texts;
  const { person, place } = context.actor;
  const here = placeOf(person, place);
  if (change === 'show') {
    return message(shownText(await deps.defaults.show(person, here), context));
  }
  if (!(await mayChange(deps, context))) {
    return message(defaults.adminsOnly);
  }
  if (change === 'off') {
    return message((await deps.defaults.clear(person, here)) ? defaults.cleared : defaults.none);
  }
  return setDefault(deps, context, here, change);
}

/** A user counts as an administrator only when Slack says so, and not while it does not answer. */
async function mayChange({ defaultsBy, people }: ListenerDeps, { actor }: InteractionContext): Promise<boolean> {
  if (defaultsBy === 'anyone') {
    return true;
  }
  return (await people.findAgain(actor.workspace, actor.user))?.isAdmin === true;
}

async function setDefault(
  deps: ListenerDeps,
  context: InteractionContext,
  here: Place,
  task: TaskReference,
): Promise<Message> {
  const { defaults, buttons } = context.texts;
  const result = await deps.defaults.set(context.actor.person, here, task);
  if (result.kind === 'set') {
    const say = result.shown.checked.kind === 'found' ? defaults.set : defaults.setUnchecked;
    return message(say(showDefault(result.shown)));
  }
  if (result.kind === 'no-access') {
    return message(defaults.noAccess({ task: result.task, portal: showPortal(result.portal) }));
  }
  const { failure } = result;
  return failure.kind === 'not-linked'
    ? message(defaults.notLinked, actions(button(buttons.link, { kind: 'link' }, { style: 'primary' })))
    : message(defaults.foreignPortal({ portal: showPortal(failure.portal), linked: showPortal(failure.linked) }));
}

function shownText(shown: ShownDefault | undefined, { texts }: InteractionContext): string {
  const { defaults } = texts;
  if (!shown) {
    return defaults.none;
  }
  const task = showDefault(shown);
  if (shown.bitrixUserId === undefined) {
    return defaults.shownElsewhere({ task, portal: showPortal(shown.portal) });
  }
  return shown.checked.kind === 'none' ? defaults.shownHidden(task) : defaults.shown(task);
}

import type { TaskReference } from '../../delivery/submission.ts';
import type { ShownTask } from '../../locales/shown.ts';
import type { ShownDefault } from '../../tasks/channel-default.ts';
import type { Place } from '../../tasks/ports.ts';
import { placeOf } from '../../tasks/remember-task.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import type { Command } from '../receiving/parse-command.ts';
import { actions, button, type Message, message } from '../views/blocks.ts';
import { showPortal } from '../views/describe-failure.ts';
import { showTask, showTaskNumber } from '../views/show-task.ts';

/** Shows, sets or clears the default task of the channel. */
export async function changeDefault(
  tools: Toolbox,
  scene: Scene,
  { change }: Extract<Command, { kind: 'default' }>,
): Promise<Message> {
  const { defaults } = scene.texts;
  const { person, place } = scene.actor;
  const here = placeOf(person, place);
  if (change === 'show') {
    return message(shownText(await tools.defaults.show(person, here), scene));
  }
  if (!(await mayChange(tools, scene))) {
    return message(defaults.adminsOnly);
  }
  if (change === 'off') {
    return message((await tools.defaults.clear(person, here)) ? defaults.cleared : defaults.none);
  }
  return setDefault(tools, scene, here, change);
}

/** Whoever Slack does not name as an administrator is none. */
async function mayChange({ defaultsBy, people }: Toolbox, { actor }: Scene): Promise<boolean> {
  if (defaultsBy === 'anyone') {
    return true;
  }
  return (await people.findAgain(actor.workspace, actor.user))?.isAdmin === true;
}

async function setDefault(tools: Toolbox, scene: Scene, here: Place, task: TaskReference): Promise<Message> {
  const { defaults, buttons } = scene.texts;
  const result = await tools.defaults.set(scene.actor.person, here, task);
  if (result.kind === 'set') {
    const say = result.shown.checked.kind === 'found' ? defaults.set : defaults.setUnchecked;
    return message(say(taskOf(result.shown)));
  }
  if (result.kind === 'no-access') {
    return message(defaults.noAccess({ task: result.task, portal: showPortal(result.portal) }));
  }
  const { failure } = result;
  return failure.kind === 'not-linked'
    ? message(defaults.notLinked, actions(button(buttons.link, { kind: 'link' }, { style: 'primary' })))
    : message(defaults.foreignPortal({ portal: showPortal(failure.portal), linked: showPortal(failure.linked) }));
}

function shownText(shown: ShownDefault | undefined, { texts }: Scene): string {
  const { defaults } = texts;
  if (!shown) {
    return defaults.none;
  }
  const task = taskOf(shown);
  if (shown.bitrixUserId === undefined) {
    return defaults.shownElsewhere({ task, portal: showPortal(shown.portal) });
  }
  return shown.checked.kind === 'none' ? defaults.shownHidden(task) : defaults.shown(task);
}

function taskOf({ portal, task, bitrixUserId, checked }: ShownDefault): ShownTask {
  const title = checked.kind === 'found' ? checked.title : undefined;
  return bitrixUserId === undefined ? showTaskNumber(task) : showTask({ portal, task, bitrixUserId }, title);
}

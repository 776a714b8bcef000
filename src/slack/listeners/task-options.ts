import { within } from '../../domain/clock.ts';
import { placeOf } from '../../tasks/remember-task.ts';
import type { TaskQuery } from '../../tasks/suggest-task.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { readReference } from '../composing/form-state.ts';
import type { OptionsRequest } from '../receiving/interaction.ts';
import { parseTask } from '../receiving/parse-command.ts';
import { type OptionsAnswer, suggestionOptions } from '../views/task-options.ts';
import type { Listener } from './dispatch.ts';

/** Slack drops an answer after 3 s; everything that is asked on the way has a shorter limit of its own. */
const withinMs = 2_600;

const nothing: OptionsAnswer = { options: [] };

/** The listener of the select of a task: suggests some. It always answers, if need be with nothing. */
export function onTaskOptions(deps: ListenerDeps): Listener<OptionsRequest, OptionsAnswer> {
  const { runner, clock } = deps;
  return ({ actor, typed, view }, ack) =>
    runner.run(async () => {
      const context = runner.contextOf(actor);
      const finding = runner.allowed(
        context,
        (known) => suggest(deps, known, typed, view?.metadata ?? ''),
        () => nothing,
      );
      const found = runner.unbroken(finding, async () => nothing);
      await runner.acknowledge(context, ack, await within(clock, withinMs, found, () => nothing));
    });
}

/** The listener of selects that this version does not know. */
export function onUnknownOptions({ runner }: ListenerDeps): Listener<OptionsRequest, OptionsAnswer> {
  return ({ actor }, ack) => runner.run(() => runner.acknowledge(runner.contextOf(actor), ack, nothing));
}

async function suggest(
  { tasks, drafts }: ListenerDeps,
  { actor, texts }: InteractionContext,
  typed: string,
  metadata: string,
): Promise<OptionsAnswer> {
  const { person } = actor;
  const draft = await drafts.find(person, readReference(metadata).draft);
  const named = parseTask(typed);
  const query: TaskQuery = named ?? { kind: 'words', words: typed };
  const suggestions = await tasks.suggest({ person, place: placeOf(person, draft?.route.place ?? actor.place), query });
  return suggestionOptions(suggestions, named ? { task: named.task } : {}, texts);
}

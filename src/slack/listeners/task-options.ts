import { z } from 'zod';
import { placeOf } from '../../delivery/remember-task.ts';
import type { TaskQuery } from '../../delivery/suggest-task.ts';
import { within } from '../../domain/clock.ts';
import { fieldIds } from '../action-ids.ts';
import { readInteractionActor } from '../actor.ts';
import type { Ack, Scene } from '../answering/frame.ts';
import { readReference } from '../composing/form-state.ts';
import { parseTask } from '../parse-command.ts';
import { type OptionsAnswer, suggestionOptions } from '../views/task-options.ts';
import type { Toolbox } from './toolbox.ts';

const body = z.object({
  action_id: z.string().default(''),
  value: z.string().default(''),
  view: z.object({ private_metadata: z.string().default('') }).nullish(),
});

/** Slack drops an answer after 3 s; everything that is asked on the way has a shorter limit of its own. */
const withinMs = 2_600;

const nothing: OptionsAnswer = { options: [] };

/** The listener of every select whose options are asked for: suggests tasks. It always answers, if need be with nothing. */
export function onOptions(tools: Toolbox): (call: { body: unknown; ack: Ack<OptionsAnswer> }) => Promise<void> {
  return ({ body: received, ack }) =>
    tools.frame.run(async () => {
      const asked = body.parse(received);
      const scene = tools.frame.sceneOf(readInteractionActor(received, tools.clock.now()));
      const finding =
        asked.action_id === fieldIds.task.element
          ? tools.frame.admitted(
              scene,
              (known) => suggest(tools, known, asked.value, asked.view?.private_metadata ?? ''),
              () => nothing,
            )
          : Promise.resolve(nothing);
      const found = tools.frame.unbroken(finding, async () => nothing);
      await tools.frame.acknowledge(scene, ack, await within(tools.clock, withinMs, found, () => nothing));
    });
}

async function suggest(
  { tasks, drafts }: Toolbox,
  { actor, texts }: Scene,
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

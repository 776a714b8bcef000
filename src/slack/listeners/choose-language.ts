import { textsIn } from '../../locales/locale.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { Command } from '../receiving/parse-command.ts';
import { type Message, message } from '../views/blocks.ts';

/** Shows or changes the language that the app speaks to a person; the answer is in the new one already. */
export async function chooseLanguage(
  { preferences, people }: ListenerDeps,
  { actor, texts }: InteractionContext,
  { change }: Extract<Command, { kind: 'language' }>,
): Promise<Message> {
  const { person, workspace } = actor;
  switch (change) {
    case 'show':
      return message(texts.commands.language.show);
    case 'auto':
      await Promise.all([preferences.language.clear(person), preferences.guessedLanguage.clear(person)]);
      return message(textsIn(await people.localeFor(workspace, person)).commands.language.auto);
    default:
      await preferences.language.set(person, change);
      return message(textsIn(change).commands.language.chosen);
  }
}

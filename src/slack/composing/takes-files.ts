import { type Identity, seesChats } from '../../domain/identity.ts';
import type { Draft } from '../../tasks/ports.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';

/** Whether files go along with what a person sends: the app has to read them, and their connection has to place them. */
export async function takesFiles(
  { botScopes }: Pick<ListenerDeps, 'botScopes'>,
  { actor }: InteractionContext,
  identity: Identity,
): Promise<Pick<Draft, 'takesFiles'>> {
  const may = seesChats(identity) === true && (await botScopes.has(actor.workspace, 'files:read'));
  return may ? { takesFiles: true } : {};
}

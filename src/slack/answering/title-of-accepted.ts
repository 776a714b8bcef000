import type { Accepted } from '../../delivery/submission.ts';
import type { Person } from '../../domain/person.ts';
import type { SurfaceDeps } from '../ports.ts';

/** What is needed for it. */
export type TitleDeps = { readonly tasks: Pick<SurfaceDeps['tasks'], 'knownTitle'> };

/** What the task of an answer is called, where an answer follows at once and its reader may know the title. */
export async function titleOfAccepted(
  { tasks }: TitleDeps,
  person: Person,
  accepted: Accepted,
): Promise<string | undefined> {
  switch (accepted.kind) {
    case 'said-before':
      return tasks.knownTitle(person, accepted.delivery);
    case 'accepted':
      return tasks.knownTitle(person, accepted);
    default:
      return undefined;
  }
}

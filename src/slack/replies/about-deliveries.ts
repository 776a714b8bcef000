import type { Delivery } from '../../domain/delivery.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import type { SurfaceDeps } from '../ports.ts';
import type { About } from '../views/reply.ts';

/** What describing deliveries needs. */
export type AboutDeps = {
  readonly deliveries: Pick<SurfaceDeps['deliveries'], 'wordingsOf'>;
  readonly tasks: Pick<SurfaceDeps['tasks'], 'knownTitle'>;
};

/** What tells deliveries of a person from each other, by their ids. No portal is asked for it. */
export async function aboutDeliveries(
  { deliveries, tasks }: AboutDeps,
  person: Person,
  shown: readonly Delivery[],
): Promise<ReadonlyMap<string, About>> {
  const ids = shown.filter(({ hasText }) => hasText).map(({ id }) => id);
  const byTask = new Map(shown.map((delivery) => [keyOf(delivery), delivery]));
  const [wordings, titles] = await Promise.all([
    deliveries.wordingsOf(person, ids),
    Promise.all([...byTask].map(async ([key, delivery]) => [key, await tasks.knownTitle(person, delivery)] as const)),
  ]);
  const titleOf = new Map(titles);
  return new Map(
    shown.map((delivery) => {
      const excerpt = wordings.get(delivery.id)?.excerpt;
      return [delivery.id, present({ excerpt, title: titleOf.get(keyOf(delivery)) })];
    }),
  );
}

function keyOf({ portal, bitrixUserId, task }: Delivery): string {
  return `${portal} ${bitrixUserId} ${task}`;
}

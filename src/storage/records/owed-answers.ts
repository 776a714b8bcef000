import { z } from 'zod';
import { type OwedAnswer, type OwedAnswers, owedForMs } from '../../domain/owed-answer.ts';
import { personKey } from '../../domain/person.ts';
import { replyRoute, secretText } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

const owedAnswer = exactly<OwedAnswer>()(
  z.object({
    person: z.object({ tenant: z.string(), user: z.string() }),
    route: replyRoute,
    said: z.unknown(),
    replaces: secretText.exactOptional(),
    actedAt: z.number(),
    tries: z.number(),
    dueAt: z.number(),
  }),
);

/** Owed answers as encrypted records. `newId` gives an id that no two answers share. */
export function createOwedAnswers(records: RecordStores, newId: () => string): OwedAnswers {
  const answers = records({ name: 'owed-answer', schema: owedAnswer, ttlMs: owedForMs });
  return {
    async keep(answer) {
      const id = `${personKey(answer.person)}/${answer.dueAt}/${newId()}`;
      await answers.set(id, answer);
      return { id, dueAt: answer.dueAt };
    },
    take: answers.take,
    list: async () => (await answers.list()).map((id) => ({ id, dueAt: Number(id.split('/').at(-2)) })),
  };
}

import { z } from 'zod';
import { failed, success } from '../domain/result.ts';
import type { AccountProbe } from '../linking/ports.ts';
import type { PortalReads } from './portal-reads.ts';

/** The dependencies of the account probe. */
export type AccountProbeDeps = {
  readonly reads: PortalReads;
  /** For both questions together; Slack waits 3 s for the answer to a submitted form. */
  readonly withinMs?: number;
};

const defaultWithinMs = 2_000;

/** An employee who is not active is answered as an empty object, or list. Source: Bitrix24 documentation, `profile`. */
const nobody = z.union([z.array(z.never()), z.strictObject({})]).transform(() => undefined);

/** Users have numbers. What is none comes from no Bitrix24, and would stand in addresses, texts and stored rows. */
const userId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[1-9]\d{0,14}$/));

/** Longer than any name; the rest of one that is longer is left out. */
const maxNameLength = 100;

const someName = z
  .string()
  .transform((name) => name.slice(0, maxNameLength))
  .catch('');

const somebody = z.object({ ID: userId, NAME: someName, LAST_NAME: someName });

const profile = z.union([somebody, nobody]);

/** A list of names; PHP turns a list with gaps into an object. Source: Bitrix24 documentation, `scope`. */
const scopes = z.union([
  z.array(z.string()),
  z.record(z.string(), z.string()).transform((named) => Object.values(named)),
]);

/**
 * The sending method's own list of fields stands or falls with it. Source: tasks.task.chat.message.field.list, REST
 * 3.0.
 */
const fieldList = z.object({ items: z.array(z.unknown()) });

/** Creates the probe. It asks `profile` and `scope` at the same time; both work with any credential. */
export function createAccountProbe({ reads, withinMs = defaultWithinMs }: AccountProbeDeps): AccountProbe {
  return {
    async probe(credential) {
      const question = { credential, api: 'v2' as const, giveUpAt: reads.deadline(withinMs) };
      const [who, what] = await Promise.all([
        reads.ask({ ...question, method: 'profile', answer: profile }),
        reads.ask({ ...question, method: 'scope', answer: scopes }),
      ]);
      if (!who.ok) {
        return who;
      }
      if (!who.value) {
        return failed({ kind: 'credential-rejected' });
      }
      if (!what.ok) {
        return what;
      }
      const { ID: userId, NAME, LAST_NAME } = who.value;
      const name = `${NAME} ${LAST_NAME}`.trim() || userId;
      return success({ account: { portal: credential.portal, userId, name }, scopes: what.value });
    },
    scopesOf: (credential) => {
      const giveUpAt = reads.deadline(withinMs);
      return reads.ask({ credential, api: 'v2', method: 'scope', answer: scopes, giveUpAt, yields: true });
    },
    async probeSending(credential) {
      const giveUpAt = reads.deadline(withinMs);
      const method = 'tasks.task.chat.message.field.list';
      const fields = await reads.ask({ credential, api: 'v3', method, answer: fieldList, giveUpAt });
      return fields.ok ? success<true>(true) : fields;
    },
  };
}

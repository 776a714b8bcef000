import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';

/** A helper process that is spoken to: the portal, Slack, whoever fills a storage. */
export type Actor = {
  /** Rejects with the actor's own error, and when it ends before it has answered. */
  call<Answer>(method: string, input: object, answer: z.ZodType<Answer>): Promise<Answer>;
};

/** One thing that an actor can be asked; made by `answering`. */
export type Handler = (input: unknown) => unknown;

const question = z.object({ id: z.number(), method: z.string(), input: z.unknown() });
const reply = z.object({ id: z.number(), output: z.unknown().optional(), error: z.string().optional() });

/** The near end of the conversation with a forked process. */
export function speakWith(child: ChildProcess, name: string): Actor {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  child.on('message', (message) => {
    const { id, output, error } = reply.parse(message);
    const question = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) {
      question?.resolve(output);
    } else {
      question?.reject(new Error(`${name}: ${error}`));
    }
  });
  child.once('exit', () => {
    for (const question of waiting.values()) {
      question.reject(new Error(`${name} ended before it answered`));
    }
  });

  return {
    async call(method, input, answer) {
      const answered = Promise.withResolvers<unknown>();
      asked += 1;
      waiting.set(asked, answered);
      child.send({ id: asked, method, input });
      return answer.parse(await answered.promise);
    },
  };
}

/** Makes a handler of what a method does with its parsed input. */
export function answering<Input>(input: z.ZodType<Input>, run: (input: Input) => unknown): Handler {
  return (given) => run(input.parse(given));
}

/** The far end: answers until the near end is gone, then ends the process. */
export function serve(handlers: Readonly<Record<string, Handler>>): void {
  // Ctrl-C reaches the whole group of processes; the near end decides when this one ends.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit());
  process.on('message', async (message) => {
    const { id, method, input } = question.parse(message);
    try {
      process.send?.({ id, output: await handlers[method]?.(input) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}

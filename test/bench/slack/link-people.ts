import { Pool } from 'undici';
import { z } from 'zod';
import { commandForm, signedHeaders, submissionForm } from './interactions.ts';
import { post } from './send-commands.ts';
import type { WebApi } from './web-api.ts';

/** People to link, each with their own webhook: person 0 gets the first one. */
export const linking = z.object({ target: z.string(), webhooks: z.array(z.string()) });

const atOnce = 8;

/** Links people as they do it themselves: `/b24task connect`, the modal, its submission. Rejects when one is refused. */
export async function linkPeople({ target, webhooks }: z.infer<typeof linking>, api: WebApi): Promise<void> {
  const pool = new Pool(target, { connections: atOnce, pipelining: 1, allowH2: false });
  const waiting = [...webhooks.entries()];
  await Promise.all(Array.from({ length: atOnce }, linkOneByOne));
  await pool.close();

  async function linkOneByOne(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await link(...next);
    }
  }

  async function link(person: number, webhook: string): Promise<void> {
    const trigger = `link.${person}.${Date.now()}`;
    const responseUrl = `${api.origin}/response/link`;
    await hand(commandForm({ person, text: 'link', trigger, responseUrl }));
    const view = await api.openedWith(trigger);
    const answer = await hand(submissionForm({ person, view, value: webhook, trigger: `${trigger}.submitted` }));
    if (answer.includes('"errors"')) {
      throw new Error(`person ${person} could not be linked: ${answer}`);
    }
  }

  async function hand(body: string): Promise<string> {
    const answer = await post(pool, '/slack/events', signedHeaders(body), body);
    if (answer.status !== 200) {
      throw new Error(`an interaction was answered with ${answer.status}: ${answer.body}`);
    }
    return answer.body;
  }
}

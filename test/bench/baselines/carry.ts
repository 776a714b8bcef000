import type { SlashCommand } from '@slack/bolt';
import { request } from 'undici';
import { z } from 'zod';

/** What a bridge keeps of a command: enough to carry it, and to answer its sender. */
export const message = z.object({ task: z.number(), text: z.string(), responseUrl: z.string() });

/** A message as the baseline keeps it. */
export type Message = z.infer<typeof message>;

const webhook = process.env['BITRIX24_WEBHOOK'];

/** Reads `/b24task 51 hello` as a bridge of an afternoon would. */
export function readCommand(command: SlashCommand): Message {
  const [task, ...words] = command.text.split(' ');
  return { task: Number(task), text: words.join(' '), responseUrl: command.response_url };
}

/** One POST to the portal. */
export async function post({ task, text }: Pick<Message, 'task' | 'text'>): Promise<void> {
  await postJson(`${webhook}tasks.task.chat.message.send`, { fields: { taskId: task, text } });
}

/** One POST to the portal, and one reply to the sender. */
export async function postAndReply(carried: Message): Promise<void> {
  await post(carried);
  await postJson(carried.responseUrl, { response_type: 'ephemeral', text: `Sent to task ${carried.task}` });
}

async function postJson(url: string, body: object): Promise<void> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) {
    throw new Error(`answered with ${answer.statusCode}`);
  }
}

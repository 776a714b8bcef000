import type { Sandbox } from '../sandbox.ts';
import type { SeenMessage } from '../slack/state/messages.ts';

/** Posts a thread of so many posts, by the people of a channel in turn; gives back the first one. */
export async function postThread({ slack }: Sandbox, channel: string, posts: number): Promise<SeenMessage> {
  const { members } = slack.directory.channel(channel);
  const people = [...slack.directory.people.values()].filter(({ id, isBot }) => members.has(id) && !isBot);
  const say = (at: number, threadTs?: string) =>
    slack
      .as(people[at % people.length]?.id ?? '', { channel })
      .post(at === 0 ? `a thread of ${posts} posts` : `post ${at + 1} of ${posts}`, threadTs ? { threadTs } : {});
  const root = await say(0);
  for (let at = 1; at < posts; at += 1) {
    await say(at, root.ts);
  }
  return root;
}

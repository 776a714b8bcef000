import { randomUUID } from 'node:crypto';
import { describeInMessage } from '../files/describe.ts';
import type { JsonObject } from '../json.ts';
import type { Channel } from '../state/directory.ts';
import { settleCommand, settleInteraction } from './acknowledge.ts';
import { commandPayload, eventPayload, globalShortcutPayload, messageActionPayload } from './payloads.ts';
import type { InteractionDeps, SandboxPerson } from './sandbox-person.ts';
import { toCommandText, toMessageText, toRichText } from './typed-text.ts';

type MessageInteractions = Pick<SandboxPerson, 'command' | 'upload' | 'post' | 'shortcut' | 'openHome'>;

/** Typing commands and messages, shortcuts, opening the app's home. */
export function createMessageInteractions({ context, send, home }: InteractionDeps): MessageInteractions {
  const { state, team, person } = context;
  const { directory, messages, views } = state;
  const channelOf = (key: string | undefined): Channel => {
    const first = [...directory.channels.values()].find((c) => c.teamId === team.id && c.members.has(person.id));
    return key === undefined
      ? (home ?? first ?? directory.channel('general', team.id))
      : directory.channel(key, team.id);
  };
  return {
    command(line, options = {}) {
      const [, command = '', typed = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? [];
      const channel = channelOf(options.channel);
      const shouldEscape = state.app.commands.find((c) => c.command === command)?.shouldEscape ?? false;
      const text = options.raw === true ? typed : toCommandText(typed, shouldEscape, directory, team.id);
      const payload = commandPayload(context, channel, command, text);
      return send('slash_commands', payload, (answer) => settleCommand(context, channel, command, answer));
    },

    upload: (file) => state.files.add(file, { teamId: team.id, userId: person.id }),

    async post(message, options = {}) {
      const channel = channelOf(options.channel);
      const content: JsonObject =
        typeof message === 'string'
          ? {
              text: toMessageText(message, directory, team.id),
              blocks: [toRichText(message, directory, team.id)],
              client_msg_id: randomUUID(),
            }
          : message;
      const thread = options.threadTs === undefined ? {} : { thread_ts: options.threadTs };
      if (!channel.members.has(person.id)) {
        throw new Error(`${person.name} cannot post in ${channel.name}: not_in_channel`);
      }
      const { files = [] } = options;
      for (const file of files) {
        file.channels.add(channel.id);
      }
      const shared = files.length > 0 ? { files: files.map((file) => describeInMessage(file, state.origin())) } : {};
      return messages.add({
        teamId: team.id,
        channel: channel.id,
        threadTs: options.threadTs,
        via: 'person',
        message: { user: person.id, team: person.homeTeamId, ...content, ...shared, ...thread },
      });
    },

    async shortcut(callbackId, message) {
      if (message === undefined) {
        return send('interactive', globalShortcutPayload(context, callbackId));
      }
      if (message.ephemeralTo !== null) {
        throw new Error('Slack offers no shortcuts on ephemeral messages');
      }
      const channel = directory.channel(message.channel);
      return send('interactive', messageActionPayload(context, channel, callbackId, message), (answer) =>
        settleInteraction(context, channel, answer),
      );
    },

    openHome() {
      const tab = views.home(person.id);
      const direct = directory.directMessage(team.id, person.id, team.botUserId);
      const event = {
        type: 'app_home_opened',
        user: person.id,
        channel: direct?.id ?? `D${person.id.slice(1)}`,
        tab: 'home',
        event_ts: messages.nextTs(),
        ...(tab ? { view: views.describe(tab, team) } : {}),
      };
      const id = `Ev${randomUUID().replaceAll('-', '').toUpperCase()}`;
      return send('events_api', eventPayload(context, event, id, person));
    },
  };
}

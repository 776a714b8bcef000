import { describeFaults, parseFault } from '../bitrix24/faults/text.ts';
import { buildGenerations } from '../bitrix24/rest/build-generation.ts';
import { askedScopes } from '../sandbox.ts';
import { findElement } from '../slack/interactions/enter-values.ts';
import type { SandboxPerson } from '../slack/interactions/sandbox-person.ts';
import { type Json, type JsonObject, objectAt, objectsAt, textAt } from '../slack/json.ts';
import { attachCommand } from './attach-command.ts';
import { readChatRequest } from './chat-command.ts';
import type { PromptCommand } from './context.ts';
import { postThread } from './post-thread.ts';

/** Slack publishes late rather than never. */
const homeWithinMs = 4_000;

/** Everything that can be typed with a colon, in the order of the help. */
export const commands: readonly PromptCommand[] = [
  {
    form: ':help',
    does: 'this list',
    run({ screen }) {
      const rows = [
        ['/b24task …', 'a slash command, as a person types it; see /b24task help'],
        ['any text', 'posts a message to the channel'],
        ...commands.map(({ form, does }) => [form, does]),
      ];
      screen.print(rows.map(([form = '', does]) => `  ${form.padEnd(34)} ${does}`).join('\n'));
      screen.print(`\nFaults of the portal:\n${describeFaults().replace(/^/gm, '  ')}`);
    },
  },
  {
    form: ':as NAME',
    does: 'types as somebody else: anna, bob (in Russian), carol',
    run: ({ moveTo, sandbox }, name) => {
      sandbox.slack.as(name);
      moveTo({ name });
    },
  },
  {
    form: ':in CHANNEL',
    does: 'types in another channel: general, random (without the app), secret',
    run: ({ moveTo, sandbox, person }, channel) => {
      const name = channel.replace(/^#/, '');
      sandbox.slack.as(person().name, { channel: name });
      moveTo({ channel: name });
    },
  },
  {
    form: ':portal FAULT | off | build NAME',
    does: 'makes the portal misbehave, or answer as a build does: flat-codes, one-401',
    run({ sandbox, screen }, text) {
      const build = buildGenerations.find((name) => text === `build ${name}`);
      if (build) {
        sandbox.portal.setBuild(build);
        return screen.print(`  portal: ${text}`);
      }
      const parsed = parseFault(text);
      if (parsed.kind === 'unreadable') {
        return screen.print(`  ${parsed.problem}`);
      }
      sandbox.portal.faults.set(parsed.fault);
      screen.print(`  portal: ${text}`);
    },
  },
  {
    form: ':rename',
    does: 'gives the portal another address; the old one redirects, and the service may call both',
    async run({ sandbox, screen }) {
      await sandbox.renamePortal();
      screen.print(`  the portal is at ${sandbox.portal.origin} now`);
    },
  },
  {
    form: ':webhook USER [SCOPE …]',
    does: 'makes an incoming webhook for a portal user (7 Anna, 9 Boris, 12 Chen) and shows its URL',
    run({ sandbox, screen }, text) {
      const [user, ...scopes] = text.split(/\s+/);
      const webhook = sandbox.portal.createWebhook({
        userId: Number(user),
        scopes: scopes.length > 0 ? scopes : askedScopes,
      });
      screen.print(`  ${webhook.url}`);
    },
  },
  {
    form: ':submit FIELD=VALUE …',
    does: 'fills in the open view and submits it; a field is given by its label or id',
    async run({ person, screen }, text) {
      const fields = readFields(text);
      await searchOptions(person(), fields);
      const after = person().seen().at(-1)?.order ?? 0;
      const submission = await person().submit(fields);
      for (const [block, problem] of Object.entries(submission.errors)) {
        screen.print(`  ${block}: ${problem}`);
      }
      screen.print(`  ${submission.outcome}`);
      if (submission.outcome === 'cleared' || submission.outcome === 'closed') {
        await person()
          .waitFor(() => true, { after, timeoutMs: 4_000 })
          .catch(() => screen.print('  (nothing appeared)'));
      }
      screen.news(person());
      if (person().view()) {
        screen.view(person());
      }
    },
  },
  {
    form: ':suggest FIELD [WORDS]',
    does: 'types into a search field of the open view and shows what it suggests',
    async run({ person, screen }, text) {
      const [, quoted, plain, words = ''] = /^(?:"([^"]+)"|(\S+))\s*(.*)$/s.exec(text) ?? [];
      const answer = await person().suggest(quoted ?? plain ?? '', words);
      screen.print(renderSuggestions(answer.json) || '  (nothing is suggested)');
    },
  },
  {
    form: ':click BUTTON',
    does: 'presses a button, by its text or action id',
    run: ({ person, screen }, target) => screen.interact(person(), () => person().click(target)),
  },
  {
    form: ':shortcut [TEXT]',
    does: '"Send to Bitrix24 task" on a new message with this text, or on the last one of the channel',
    async run({ sandbox, person, channel, screen, attached }, text) {
      const files = attached.splice(0);
      const isNew = text !== '' || files.length > 0;
      const message = isNew ? await person().post(text, { files }) : sandbox.slack.history(channel()).at(-1);
      if (!message) {
        return screen.print('  there is no message in this channel yet');
      }
      await screen.interact(person(), () => person().shortcut('send_to_b24task', message));
    },
  },
  attachCommand,
  {
    form: ':thread POSTS',
    does: '"Send to Bitrix24 task" on the first message of a new thread of so many posts, by everybody here',
    async run({ sandbox, person, channel, screen }, posts) {
      const root = await postThread(sandbox, channel(), Number(posts) || 3);
      await screen.interact(person(), () => person().shortcut('send_to_b24task', root));
    },
  },
  {
    form: ':invite',
    does: 'brings the app into this channel, as /invite does in Slack: there it may read threads',
    run({ sandbox, channel, screen }) {
      sandbox.slack.join(channel(), 'app');
      screen.print(`  the app is in ${channel()}`);
    },
  },
  {
    form: ':write',
    does: '"Write to a Bitrix24 task", the shortcut in the ⚡ menu',
    run: ({ person, screen }) => screen.interact(person(), () => person().shortcut('write_to_b24task')),
  },
  {
    form: ':home',
    does: "opens the app's Home tab and shows it",
    async run({ person, screen }) {
      const before = person().home()?.hash;
      await person().openHome();
      const home = await person()
        .waitForHome(({ hash }) => hash !== before, homeWithinMs)
        .catch(() => person().home());
      screen.home(home);
    },
  },
  {
    form: ':tasks',
    does: "lists the portal's tasks",
    run({ sandbox, screen }) {
      const nameOf = (id = 0) => sandbox.portal.users.get(id)?.name ?? 'nobody';
      for (const { id, title, status, responsibleId } of sandbox.portal.tasks.values()) {
        screen.print(`  ${id}  ${title} (${status ?? 'pending'}, ${nameOf(responsibleId)})`);
      }
    },
  },
  { form: ':view', does: 'shows the open view', run: ({ person, screen }) => screen.view(person()) },
  {
    form: ':close',
    does: 'closes the open view',
    async run({ person }) {
      await person().closeView({ all: true });
    },
  },
  {
    form: ':chat [web|mobile|push] TASK [nested|markdown]',
    does: "shows a task's chat as it is read there; web clients from im 26.900 on nest quotes, and may read Markdown",
    run: ({ screen }, text) => screen.chat(readChatRequest(text)),
  },
  {
    form: ':wait SECONDS',
    does: 'waits for the next message of the app',
    async run({ person, screen }, seconds) {
      const after = person().seen().at(-1)?.order ?? 0;
      await person()
        .waitFor(() => true, { after, timeoutMs: (Number(seconds) || 5) * 1_000 })
        .catch(() => screen.print('  (nothing appeared)'));
      screen.news(person());
    },
  },
  {
    form: ':crash [TEXT]',
    does: 'kills the service (SIGKILL) and starts it again; with TEXT while that is on its way, best after a first message',
    async run({ sandbox, person, screen }, text) {
      if (text !== '') {
        const held = sandbox.portal.faults.hold('after');
        await person().command(`/b24task 51 ${text}`);
        await held.arrived;
        screen.print('  the portal has it and has not answered; the service is killed now');
        await sandbox.crash();
        held.release();
      } else {
        await sandbox.crash();
      }
      screen.print('  the service runs again; what was on its way goes on, or is told. :wait 10');
    },
  },
  {
    form: ':restart',
    does: 'stops the service and starts it again',
    async run({ sandbox, screen }) {
      await sandbox.restart();
      screen.print('  the service runs again');
    },
  },
  {
    form: ':log LEVEL',
    does: 'starts the service again, at this level of its log: debug, info, … or silent',
    async run({ sandbox, screen }, level) {
      await sandbox.restart({ LOG_LEVEL: level });
      screen.print(`  the service logs at ${level}`);
    },
  },
  { form: ':quit', does: 'ends the sandbox', run() {} },
];

/** `a=1 b="two words"`: the names and values of fields; `a=` empties one. */
function readFields(text: string): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const [, name = '', quoted, plain] of text.matchAll(/([^\s=]+|"[^"]+")=(?:"([^"]*)"|(\S*))/g)) {
    fields[name.replaceAll('"', '')] = (quoted ?? plain ?? '') || null;
  }
  return fields;
}

/** What is chosen in a search field must have been suggested before. */
async function searchOptions(person: SandboxPerson, fields: Record<string, Json>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const placed = findElement(person.view()?.blocks ?? [], name);
    if (placed?.type === 'external_select' && typeof value === 'string') {
      await person.suggest(name, value);
    }
  }
}

function renderSuggestions(answer: JsonObject): string {
  const groups = objectsAt(answer, 'option_groups');
  return groups
    .flatMap((group) => [
      `  ${textAt(objectAt(group, 'label'), 'text')}:`,
      ...objectsAt(group, 'options').map((option) => {
        const details = textAt(objectAt(option, 'description'), 'text');
        const text = textAt(objectAt(option, 'text'), 'text');
        return `    ${text}${details === '' ? '' : ` (${details})`} [${textAt(option, 'value')}]`;
      }),
    ])
    .join('\n');
}

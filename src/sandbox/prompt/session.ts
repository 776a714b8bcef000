import { closestMatch } from 'leven';
import type { Sandbox } from '../sandbox.ts';
import { commands } from './commands.ts';
import type { PromptContext } from './context.ts';
import { createScreen } from './screen.ts';

/** One person at a time typing into a sandbox. */
export type Session = {
  welcome(): void;
  /** The prompt, which says who types where: `anna #general>`. */
  place(): string;
  /** Does what a line asks for; false when it asks to leave. */
  enter(line: string): Promise<boolean>;
};

/** Creates a session that prints through `print`, one text per call. */
export function createSession(sandbox: Sandbox, print: (text: string) => void): Session {
  let name = 'anna';
  let channel = 'general';
  const context: PromptContext = {
    sandbox,
    screen: createScreen(sandbox, print),
    person: () => sandbox.slack.as(name, { channel }),
    channel: () => channel,
    attached: [],
    moveTo(place) {
      name = place.name ?? name;
      channel = place.channel ?? channel;
    },
  };

  context.screen.watch(context.person);

  return { welcome, place: () => `${name} #${channel}>`, enter };

  function welcome(): void {
    print('A local Slack and a local Bitrix24 portal are running, with the real service between them.');
    print(`Slack Web API ${sandbox.slack.apiUrl}   portal ${sandbox.portal.origin}   service ${sandbox.serviceUrl}`);
    print('anna is linked as Anna Petrova, carol as Chen Li without the permission im. bob is not.');
    print('Try: /b24task 51 hello from Slack      More: :help');
  }

  async function enter(line: string): Promise<boolean> {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) {
      return true;
    }
    if (text === ':quit') {
      return false;
    }
    try {
      await act(text);
    } catch (error) {
      print(error instanceof Error ? error.message : 'That did not work.');
    }
    return true;
  }

  async function act(text: string): Promise<void> {
    const [, word, rest] = /^:(\S+)\s*(.*)$/s.exec(text) ?? [];
    if (text.startsWith('/') && !/^\/b24task(?:\s|$)/.test(text)) {
      const [typed = ''] = text.split(/\s/);
      return print(`Slack knows no ${typed} here. ${suggest(typed, ['/b24task'])}`);
    }
    if (text.startsWith('/')) {
      return context.screen.interact(context.person(), () => context.person().command(text), taskIn(text));
    }
    if (word === undefined) {
      await context.person().post(text, { files: context.attached.splice(0) });
      return print('posted; use :shortcut on it');
    }
    const command = commands.find(({ form }) => form.split(' ')[0] === `:${word}`);
    if (!command) {
      const names = commands.map(({ form }) => form.split(' ')[0] ?? '');
      return print(`There is no :${word}. ${suggest(`:${word}`, names)}:help lists what there is.`);
    }
    await command.run(context, rest ?? '');
  }
}

function suggest(typed: string, known: readonly string[]): string {
  const near = closestMatch(typed, known, { maxDistance: 3 });
  return near === undefined ? '' : `Did you mean ${near}? `;
}

function taskIn(text: string): number | undefined {
  const found = /(?:\/view\/|\s#?)(\d{1,9})(?:\/|\s)/.exec(text);
  return found ? Number(found[1]) : undefined;
}

import type { Sandbox } from '../sandbox.ts';
import type { SandboxPerson } from '../slack/interactions/sandbox-person.ts';
import { renderMessage, renderView } from '../slack/rendering/render.ts';
import type { Answer } from '../slack/sending/delivery.ts';
import type { OpenView } from '../slack/state/views.ts';
import type { ChatRequest } from './chat-command.ts';

/** Long enough for a delivery that takes its time to be told as waiting. */
const patienceMs = 4_000;

/** How long a window must stay as it is to count as filled in. */
const fillingMs = 500;

/** Shows what a person sees. */
export type Screen = {
  print(text: string): void;
  /** Does something as a person, and shows the acknowledgement, what appears on the screen, and the task's chat. */
  interact(person: SandboxPerson, act: () => Promise<Answer>, task?: number): Promise<void>;
  /** Shows messages of the app that came since the last look. */
  news(person: SandboxPerson): void;
  chat(request: ChatRequest): void;
  view(person: SandboxPerson): void;
  home(home: OpenView | undefined): void;
  /** Shows what comes of itself to whoever types, from now on and while nothing else is being shown. */
  watch(person: () => SandboxPerson): void;
};

/** Creates a screen that prints one text per call. */
export function createScreen({ slack, portal }: Sandbox, print: (text: string) => void): Screen {
  const shown = new Set<string>();
  let isBusy = false;
  const nameOf = (id: string) => slack.directory.people.get(id)?.name ?? slack.directory.channels.get(id)?.name;

  return { print, interact, news, chat, view, home, watch };

  /** While something is done the messages that it leads to are shown in their place. */
  async function interact(person: SandboxPerson, act: () => Promise<Answer>, task?: number): Promise<void> {
    isBusy = true;
    try {
      await perform(person, act, task);
    } finally {
      isBusy = false;
    }
  }

  async function perform(person: SandboxPerson, act: () => Promise<Answer>, task?: number): Promise<void> {
    const before = countShown(person);
    const viewBefore = person.view()?.hash;
    const answer = await act();
    print(
      `  Slack got ${answer.timedOut ? 'no acknowledgement within 3 s' : `${answer.status} after ${Math.round(answer.tookMs)} ms`}`,
    );
    if (person.view()?.hash === viewBefore && countShown(person) === before) {
      const appeared = [
        person.waitFor(() => countShown(person) > before, { timeoutMs: patienceMs }),
        waitForTop(person, viewBefore, patienceMs),
      ];
      await Promise.any<unknown>(appeared).catch(() => print('  (nothing appeared)'));
    }
    if (person.view()?.hash !== viewBefore) {
      await settled(person);
    }
    news(person);
    if (person.view() && person.view()?.hash !== viewBefore) {
      view(person);
    }
    if (task !== undefined && portal.tasks.has(task)) {
      chat({ task, view: 'web', build: 'im 26.800' });
    }
  }

  /** A window is opened at once and filled in afterwards. */
  async function settled(person: SandboxPerson): Promise<void> {
    const shown = person.view()?.hash;
    const isFilled = await waitForTop(person, shown, fillingMs).then(
      () => true,
      () => false,
    );
    if (isFilled) {
      await settled(person);
    }
  }

  /** Windows below the topmost one stay as they are. */
  function waitForTop(person: SandboxPerson, before: string | undefined, timeoutMs: number): Promise<unknown> {
    return person.waitForView(({ hash }) => hash !== before && hash === person.view()?.hash, timeoutMs);
  }

  function news(person: SandboxPerson): void {
    for (const message of person.seen()) {
      const version = `${message.order} ${message.replaced}`;
      if (shown.has(version)) {
        continue;
      }
      shown.add(version);
      const audience = message.ephemeralTo === null ? '' : ' (only visible to you)';
      const place = message.threadTs ? ' in the thread' : '';
      print(`  b24task${place}${audience}${message.replaced > 0 ? ', in place of what stood there' : ''}:`);
      print(indent(renderMessage(message, nameOf)));
    }
  }

  function chat({ task, view, build }: ChatRequest): void {
    print(`  Chat of task ${task} "${portal.tasks.get(task)?.title ?? ''}":`);
    print(indent(portal.renderChat(task, view, build) || '(empty)'));
  }

  function view(person: SandboxPerson): void {
    const open = person.view();
    print(open ? indent(renderView(open, nameOf)) : '  no view is open');
  }

  function home(shown: OpenView | undefined): void {
    print(shown ? indent(renderView(shown, nameOf)) : '  (nothing appeared)');
  }

  function watch(person: () => SandboxPerson): void {
    slack.watch(() => {
      if (!isBusy) {
        news(person());
      }
    });
  }
}

/** Grows with each message that comes, and with each that takes the place of another. */
function countShown(person: SandboxPerson): number {
  return person.seen().reduce((count, { replaced }) => count + 1 + replaced, 0);
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

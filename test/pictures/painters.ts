import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { typeRichText } from '../../src/sandbox/slack/interactions/typed-rich-text.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import type { NoticeHarness } from '../support/harness.ts';
import { chatPage, homePage, messagePage, modalPage } from './slack-page.ts';
import { escapeHtml } from './text-html.ts';

/** One person in a harness of their own, and how what they see becomes a page. */
type Viewer = {
  readonly harness: NoticeHarness;
  readonly person: SandboxPerson;
  readonly userId: number;
};

type Painter = (viewer: Viewer) => Promise<string>;

const refused = { kind: 'error', status: 401, shape: 'flat', moment: 'before' } as const;
const formatted = [
  'The draft is *ready*: https://acme.example/report',
  '- costs, as @anna said',
  '- dates',
  '> `npm ci` first',
].join('\n');
const long = 'A paragraph that says the same as the one before it, only later and with other words. '.repeat(260);

/** What is painted, by the name of the picture. Each begins with a person who has connected, unless it says otherwise. */
export const painters: Readonly<Record<string, { readonly connected: boolean; readonly paint: Painter }>> = {
  help: { connected: true, paint: (viewer) => reply(viewer, '/b24task help') },
  status: { connected: true, paint: (viewer) => reply(viewer, '/b24task status') },
  'status-waiting': { connected: true, paint: async (viewer) => reply(await withWaiting(viewer), '/b24task status') },
  doctor: { connected: true, paint: (viewer) => reply(viewer, '/b24task doctor') },
  'doctor-portal-down': {
    connected: true,
    paint: async (viewer) => reply(await withWaiting(viewer), '/b24task doctor'),
  },
  sent: {
    connected: true,
    paint: (viewer) => reply(viewer, '/b24task 51 The draft is ready: https://acme.example/report'),
  },
  'not-sent': { connected: true, paint: (viewer) => reply(viewer, '/b24task 404 The draft is ready') },
  'not-connected': { connected: false, paint: (viewer) => reply(viewer, '/b24task 51 The draft is ready') },
  'task-card': { connected: true, paint: (viewer) => reply(viewer, '/b24task 51') },
  'nearly-a-command': { connected: true, paint: (viewer) => reply(viewer, '/b24task stats') },
  waiting: {
    connected: true,
    async paint(viewer) {
      await viewer.harness.portal.down();
      const told = nextTold(viewer);
      await viewer.person.command('/b24task 51 The draft is ready');
      await viewer.harness.noticesAfter(1);
      return message(viewer, await told());
    },
  },
  parked: {
    connected: true,
    async paint(viewer) {
      viewer.harness.portal.faults.set({ ...refused, code: 'NO_AUTH_FOUND' });
      return reply(viewer, '/b24task 51 The draft is ready');
    },
  },
  uncertain: {
    connected: true,
    async paint(viewer) {
      viewer.harness.portal.lacks.add('im.dialog.messages.get');
      viewer.harness.portal.faults.next({ ...refused, code: 'INTERNAL_SERVER_ERROR', status: 500, moment: 'after' });
      return reply(viewer, '/b24task 51 The draft is ready');
    },
  },
  form: { connected: true, paint: (viewer) => window(viewer, () => viewer.person.command('/b24task')) },
  'form-not-connected': {
    connected: false,
    paint: (viewer) => window(viewer, () => viewer.person.command('/b24task connect')),
  },
  'form-message': {
    connected: true,
    paint: (viewer) => forward(viewer, formatted),
  },
  'form-written': {
    connected: true,
    paint: (viewer) =>
      window(viewer, () => viewer.person.command('/b24task ask @carol *today*: https://acme.example/report')),
  },
  'form-said-before': {
    connected: true,
    async paint(viewer) {
      const { person } = viewer;
      for (const _ of ['once', 'again']) {
        await window(viewer, () => person.command('/b24task'));
        await person.suggest('task', '51');
        await person.submit({ task: '51', comment: formatted });
      }
      return modalPage(shownView(viewer), nameIn(viewer));
    },
  },
  'form-thread': {
    connected: true,
    async paint(viewer) {
      await onThread(viewer, ['Who has the key to the archive?', 'I do, in the top drawer.', 'Thanks!'], 'general');
      await viewer.person.select('thread', 'thread');
      await viewer.person.waitForView((view) => JSON.stringify(view.content).includes('top drawer'));
      return modalPage(shownView(viewer), nameIn(viewer));
    },
  },
  'form-thread-outside': {
    connected: true,
    async paint(viewer) {
      await onThread(viewer, ['Who has the key to the archive?', 'I do.'], 'random');
      return modalPage(shownView(viewer), nameIn(viewer));
    },
  },
  'form-long': { connected: true, paint: (viewer) => forward(viewer, long) },
  'form-too-long': { connected: true, paint: (viewer) => forward(viewer, long.repeat(6).slice(0, 110_000)) },
  'form-error': {
    connected: false,
    async paint(viewer) {
      await window(viewer, () => viewer.person.command('/b24task connect'));
      await viewer.person.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/' });
      return modalPage(shownView(viewer), nameIn(viewer));
    },
  },
  'home-not-connected': { connected: false, paint: home },
  'home-empty': { connected: true, paint: home },
  'home-full': {
    connected: true,
    async paint(viewer) {
      await viewer.person.command('/b24task default 52');
      for (const [task, text] of [
        [51, 'The draft is ready'],
        [404, 'Who has the key?'],
        [52, 'Lunch at one'],
      ] as const) {
        await viewer.person.command(`/b24task ${task} ${text}`);
        await viewer.person.waitFor(({ text: told }) => told.includes(`${task}`));
      }
      return home(await withWaiting(viewer));
    },
  },
  'home-dead-connection': {
    connected: true,
    async paint(viewer) {
      viewer.harness.portal.faults.set({ ...refused, code: 'NO_AUTH_FOUND' });
      await reply(viewer, '/b24task 51 The draft is ready');
      await reply(viewer, '/b24task 52 Lunch at one');
      return home(viewer);
    },
  },
  chat: {
    connected: true,
    async paint({ harness, person }) {
      await person.command('/b24task 51 The draft is *ready*: https://acme.example/report');
      await person.waitFor(() => harness.portal.chat(51).length > 0);
      const text = harness.portal.renderChat(51, 'web');
      const [author = '', ...lines] = text.split('\n');
      return chatPage(harness.portal.tasks.get(51)?.title ?? '', [
        { author, html: lines.map((line) => escapeHtml(line).replaceAll(/\*([^*]+)\*/g, '<b>$1</b>')).join('<br>') },
      ]);
    },
  },
};

/** What the app says to a command, at once or a little later. */
async function reply(viewer: Viewer, command: string): Promise<string> {
  const told = nextTold(viewer);
  await viewer.person.command(command);
  return message(viewer, await told());
}

/** What the viewer is told next, from now on. */
function nextTold({ person }: Viewer): () => Promise<SeenMessage> {
  const before = person.seen().at(-1);
  return () => person.waitFor(() => true, before ? { after: before } : {});
}

function message(viewer: Viewer, seen: SeenMessage): string {
  return messagePage(seen, nameIn(viewer));
}

async function window(viewer: Viewer, open: () => Promise<unknown>): Promise<string> {
  await open();
  await viewer.person.waitForView(({ blocks, content }) => blocks.length > 1 || content['submit'] !== undefined);
  return modalPage(shownView(viewer), nameIn(viewer));
}

/** Opens the form on the first message of a thread. */
async function onThread({ harness, person }: Viewer, texts: readonly string[], channel: string): Promise<void> {
  const carol = harness.slack.as('carol', { channel });
  const [first = '', ...others] = texts;
  const root = await carol.post(first);
  for (const text of others) {
    await carol.post(text, { threadTs: root.ts });
  }
  await person.shortcut('send_to_b24task', root);
  await person.waitForView(({ blocks }) => blocks.length > 1);
}

async function forward(viewer: Viewer, text: string): Promise<string> {
  const { harness, person } = viewer;
  const carol = harness.slack.as('carol');
  const blocks = [typeRichText(text, harness.slack.directory, carol.teamId)];
  const posted = await carol.post({ text, blocks });
  await person.shortcut('send_to_b24task', posted);
  await person.waitForView(({ blocks }) => blocks.length > 1);
  return modalPage(shownView(viewer), nameIn(viewer));
}

async function home(viewer: Viewer): Promise<string> {
  await viewer.person.openHome();
  return homePage(await viewer.person.waitForHome(() => true), nameIn(viewer));
}

async function withWaiting(viewer: Viewer): Promise<Viewer> {
  await viewer.harness.portal.down();
  await viewer.person.command('/b24task 51 The numbers of October are in the report now');
  await viewer.person.command('/b24task 52 Lunch at one?');
  await viewer.harness.noticesAfter(2);
  return viewer;
}

function shownView({ person }: Viewer): OpenView {
  const view = person.view();
  if (!view) {
    throw new Error('No window is open');
  }
  return view;
}

function nameIn({ harness }: Viewer) {
  const { people, channels } = harness.slack.directory;
  return (id: string) => people.get(id)?.realName ?? channels.get(id)?.name;
}

import type { SandboxPerson } from '../../src/sandbox/slack/interactions/door.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import type { NoticeWorld } from '../support/world.ts';
import { chatPage, homePage, messagePage, modalPage } from './slack-page.ts';
import { escapeHtml } from './text-html.ts';

/** One person in a world of their own, and how what they see becomes a page. */
type Scene = {
  readonly world: NoticeWorld;
  readonly person: SandboxPerson;
  readonly userId: number;
};

type Painter = (scene: Scene) => Promise<string>;

const refused = { kind: 'error', status: 401, shape: 'flat', moment: 'before' } as const;
const long = 'A paragraph that says the same as the one before it, only later and with other words. '.repeat(260);

/** What is painted, by the name of the picture. Each begins with a person who has connected, unless it says otherwise. */
export const scenes: Readonly<Record<string, { readonly connected: boolean; readonly paint: Painter }>> = {
  help: { connected: true, paint: (scene) => reply(scene, '/b24task help') },
  status: { connected: true, paint: (scene) => reply(scene, '/b24task status') },
  'status-waiting': { connected: true, paint: async (scene) => reply(await withWaiting(scene), '/b24task status') },
  doctor: { connected: true, paint: (scene) => reply(scene, '/b24task doctor') },
  'doctor-portal-down': { connected: true, paint: async (scene) => reply(await withWaiting(scene), '/b24task doctor') },
  sent: {
    connected: true,
    paint: (scene) => reply(scene, '/b24task 51 The draft is ready: https://acme.example/report'),
  },
  'not-sent': { connected: true, paint: (scene) => reply(scene, '/b24task 404 The draft is ready') },
  'not-connected': { connected: false, paint: (scene) => reply(scene, '/b24task 51 The draft is ready') },
  'task-card': { connected: true, paint: (scene) => reply(scene, '/b24task 51') },
  'nearly-a-command': { connected: true, paint: (scene) => reply(scene, '/b24task stats') },
  waiting: {
    connected: true,
    async paint(scene) {
      await scene.world.portal.down();
      await scene.person.command('/b24task 51 The draft is ready');
      await scene.world.noticesAfter(1);
      return message(scene, await scene.person.waitFor(() => true));
    },
  },
  parked: {
    connected: true,
    async paint(scene) {
      scene.world.portal.faults.set({ ...refused, code: 'NO_AUTH_FOUND' });
      return reply(scene, '/b24task 51 The draft is ready');
    },
  },
  uncertain: {
    connected: true,
    async paint(scene) {
      scene.world.portal.faults.next({ ...refused, code: 'INTERNAL_SERVER_ERROR', status: 500, moment: 'after' });
      return reply(scene, '/b24task 51 The draft is ready');
    },
  },
  form: { connected: true, paint: (scene) => window(scene, () => scene.person.command('/b24task')) },
  'form-not-connected': {
    connected: false,
    paint: (scene) => window(scene, () => scene.person.command('/b24task connect')),
  },
  'form-message': {
    connected: true,
    paint: (scene) => forward(scene, 'The draft is *ready*: <https://acme.example/report>\n• costs\n• dates'),
  },
  'form-long': { connected: true, paint: (scene) => forward(scene, long) },
  'form-too-long': { connected: true, paint: (scene) => forward(scene, long.repeat(6).slice(0, 110_000)) },
  'form-error': {
    connected: false,
    async paint(scene) {
      await window(scene, () => scene.person.command('/b24task connect'));
      await scene.person.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/' });
      return modalPage(shownView(scene), nameIn(scene));
    },
  },
  'home-not-connected': { connected: false, paint: home },
  'home-empty': { connected: true, paint: home },
  'home-full': {
    connected: true,
    async paint(scene) {
      await scene.person.command('/b24task default 52');
      for (const [task, text] of [
        [51, 'The draft is ready'],
        [404, 'Who has the key?'],
        [52, 'Lunch at one'],
      ] as const) {
        await scene.person.command(`/b24task ${task} ${text}`);
        await scene.person.waitFor(({ text: told }) => told.includes(`${task}`));
      }
      return home(await withWaiting(scene));
    },
  },
  'home-dead-connection': {
    connected: true,
    async paint(scene) {
      scene.world.portal.faults.set({ ...refused, code: 'NO_AUTH_FOUND' });
      await scene.person.command('/b24task 51 The draft is ready');
      await scene.person.command('/b24task 52 Lunch at one');
      await scene.person.waitFor(() => true);
      return home(scene);
    },
  },
  chat: {
    connected: true,
    async paint({ world, person }) {
      await person.command('/b24task 51 The draft is *ready*: https://acme.example/report');
      await person.waitFor(() => true);
      const text = world.portal.renderChat(51, 'web');
      const [author = '', ...lines] = text.split('\n');
      return chatPage(world.portal.tasks.get(51)?.title ?? '', [
        { author, html: lines.map((line) => escapeHtml(line).replaceAll(/\*([^*]+)\*/g, '<b>$1</b>')).join('<br>') },
      ]);
    },
  },
};

async function reply(scene: Scene, command: string): Promise<string> {
  const before = scene.person.seen().at(-1);
  const answer = await scene.person.command(command);
  const direct = scene.person.seen().at(-1);
  if (direct && direct !== before) {
    return message(scene, direct);
  }
  void answer;
  return message(scene, await scene.person.waitFor(() => true, before ? { after: before } : {}));
}

function message(scene: Scene, seen: SeenMessage): string {
  return messagePage(seen, nameIn(scene));
}

async function window(scene: Scene, open: () => Promise<unknown>): Promise<string> {
  await open();
  await scene.person.waitForView(({ blocks, content }) => blocks.length > 1 || content['submit'] !== undefined);
  return modalPage(shownView(scene), nameIn(scene));
}

async function forward(scene: Scene, text: string): Promise<string> {
  const { world, person } = scene;
  const posted = await world.slack.as('carol').post(text);
  await person.shortcut('send_to_b24task', posted);
  await person.waitForView(({ blocks }) => blocks.length > 1);
  return modalPage(shownView(scene), nameIn(scene));
}

async function home(scene: Scene): Promise<string> {
  await scene.person.openHome();
  return homePage(await scene.person.waitForHome(() => true), nameIn(scene));
}

async function withWaiting(scene: Scene): Promise<Scene> {
  await scene.world.portal.down();
  await scene.person.command('/b24task 51 The numbers of October are in the report now');
  await scene.person.command('/b24task 52 Lunch at one?');
  await scene.world.noticesAfter(2);
  return scene;
}

function shownView({ person }: Scene): OpenView {
  const view = person.view();
  if (!view) {
    throw new Error('No window is open');
  }
  return view;
}

function nameIn({ world }: Scene) {
  const { people, channels } = world.slack.directory;
  return (id: string) => people.get(id)?.realName ?? channels.get(id)?.name;
}

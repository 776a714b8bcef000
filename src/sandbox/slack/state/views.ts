import { randomBytes } from 'node:crypto';
import { stateOf, withIds } from '../block-kit/block-state.ts';
import { flagAt, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { AppSeed, SandboxClock } from '../options.ts';
import type { Changes } from './changes.ts';
import type { Team } from './directory.ts';

/** A modal or a home tab as it stands on a person's screen. */
export type OpenView = {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly rootId: string;
  readonly previousId: string | null;
  hash: string;
  /** What the app gave, with every block and action id filled in. */
  content: JsonObject;
  blocks: JsonObject[];
  /** What is entered in its fields: `state.values`. */
  values: JsonObject;
  /** The app's last error messages, by block id. */
  errors: Record<string, string>;
  /** When it was last changed, in epoch ms on the sandbox's clock. */
  at: number;
};

/** The views on all screens. */
export type Views = {
  open(team: Team, userId: string, content: JsonObject): OpenView;
  /** `undefined` when three views are on top of each other already. */
  push(team: Team, userId: string, content: JsonObject): OpenView | undefined;
  update(view: OpenView, content: JsonObject): void;
  publish(team: Team, userId: string, content: JsonObject): OpenView;
  showErrors(view: OpenView, errors: Record<string, string>): void;
  /** Closes a view and all on top of it; does nothing when it is closed already. */
  close(view: OpenView): void;
  closeAll(userId: string): void;
  /** The modals of a person, the topmost last. */
  stack(userId: string): OpenView[];
  home(userId: string): OpenView | undefined;
  find(id: string): OpenView | undefined;
  findExternal(teamId: string, externalId: string): OpenView | undefined;
  /** The view object as payloads and Web API answers carry it. */
  describe(view: OpenView, team: Team): ReturnType<typeof describeView>;
};

const maxStack = 3;

/** Creates a store in which no view is open. */
export function createViews(clock: SandboxClock, app: AppSeed, changes: Changes): Views {
  const stacks = new Map<string, OpenView[]>();
  const homes = new Map<string, OpenView>();
  const all = (): OpenView[] => [...[...stacks.values()].flat(), ...homes.values()];
  const stack = (userId: string): OpenView[] => stacks.get(userId) ?? [];
  const setStack = (userId: string, next: OpenView[]): void => {
    stacks.set(userId, next);
    changes.announce();
  };
  const make = (team: Team, userId: string, content: JsonObject, previous?: OpenView): OpenView => {
    const id = `V0${randomBytes(5).toString('hex').toUpperCase()}`;
    const blocks = withIds(objectsAt(content, 'blocks'));
    return {
      id,
      teamId: team.id,
      userId,
      rootId: previous?.rootId ?? id,
      previousId: previous?.id ?? null,
      hash: newHash(clock),
      content,
      blocks,
      values: stateOf(blocks),
      errors: {},
      at: clock.now(),
    };
  };
  const update = (view: OpenView, content: JsonObject): void => {
    view.content = content;
    view.blocks = withIds(objectsAt(content, 'blocks'));
    view.values = stateOf(view.blocks, view.values);
    view.errors = {};
    view.hash = newHash(clock);
    view.at = clock.now();
    changes.announce();
  };
  return {
    open(team, userId, content) {
      const view = make(team, userId, content);
      setStack(userId, [view]);
      return view;
    },
    push(team, userId, content) {
      const views = stack(userId);
      if (views.length >= maxStack) {
        return undefined;
      }
      const view = make(team, userId, content, views.at(-1));
      setStack(userId, [...views, view]);
      return view;
    },
    update,
    publish(team, userId, content) {
      const current = homes.get(userId);
      if (current) {
        update(current, content);
        return current;
      }
      const view = make(team, userId, content);
      homes.set(userId, view);
      changes.announce();
      return view;
    },
    showErrors(view, errors) {
      view.errors = errors;
      changes.announce();
    },
    close(view) {
      const views = stack(view.userId);
      if (views.includes(view)) {
        setStack(view.userId, views.slice(0, views.indexOf(view)));
      }
    },
    closeAll: (userId) => setStack(userId, []),
    stack,
    home: (userId) => homes.get(userId),
    find: (id) => all().find((view) => view.id === id),
    findExternal: (teamId, externalId) =>
      externalId === ''
        ? undefined
        : all().find((view) => view.teamId === teamId && textAt(view.content, 'external_id') === externalId),
    describe: (view, team) => describeView(view, team, app),
  };
}

function describeView(view: OpenView, team: Team, app: AppSeed) {
  const { content } = view;
  return {
    id: view.id,
    team_id: view.teamId,
    type: textAt(content, 'type'),
    blocks: view.blocks,
    private_metadata: textAt(content, 'private_metadata'),
    callback_id: textAt(content, 'callback_id'),
    state: { values: view.values },
    hash: view.hash,
    ...(content['title'] === undefined ? {} : { title: objectAt(content, 'title') }),
    clear_on_close: flagAt(content, 'clear_on_close'),
    notify_on_close: flagAt(content, 'notify_on_close'),
    close: content['close'] === undefined ? null : objectAt(content, 'close'),
    submit: content['submit'] === undefined ? null : objectAt(content, 'submit'),
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: app.id,
    external_id: textAt(content, 'external_id'),
    app_installed_team_id: view.teamId,
    bot_id: team.botId,
  };
}

function newHash(clock: SandboxClock): string {
  return `${Math.floor(clock.now() / 1000)}.${randomBytes(4).toString('hex')}`;
}

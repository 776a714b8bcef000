import { elementsOf } from '../block-kit/block-state.ts';
import { findViewProblems, maxViewBytes } from '../block-kit/check-surfaces.ts';
import { isObject, type JsonObject, jsonArgument, objectsAt, textAt } from '../json.ts';
import type { SlackState } from '../state/state.ts';
import type { OpenView } from '../state/views.ts';
import { type ApiHandler, type ApiRequest, type Failure, fail, succeed } from './web-api.ts';

/** `views.open`, `views.push`, `views.update` and `views.publish`, with Slack's limits and one-time triggers. */
export function createViewMethods(state: SlackState) {
  const { views, triggers, directory } = state;
  const answer = (view: OpenView, request: ApiRequest) => succeed({ view: views.describe(view, request.team) });
  const fromTrigger = (
    request: ApiRequest,
    place: (view: JsonObject, userId: string, inView: string | undefined) => OpenView | Failure,
  ) => {
    const read = readView(request, 'modal');
    if (read.refused) {
      return read.refused;
    }
    const id = textAt(request.args, 'trigger_id');
    if (id === '') {
      return fail('invalid_arguments', ['[ERROR] missing required field: trigger_id']);
    }
    const taken = triggers.take(id, request.team.id);
    if (!taken.ok) {
      return fail(taken.error);
    }
    if (views.findExternal(request.team.id, textAt(read.view, 'external_id'))) {
      return fail('duplicate_external_id');
    }
    const placed = place(read.view, taken.trigger.userId, taken.trigger.viewId);
    return isView(placed) ? answer(placed, request) : placed;
  };
  return {
    'views.open': (request) => fromTrigger(request, (view, userId) => views.open(request.team, userId, view)),
    'views.push': (request) =>
      fromTrigger(request, (view, userId, inView) => {
        const top = views.stack(userId).at(-1);
        if (top === undefined || inView === undefined) {
          return fail('view_not_found');
        }
        return views.push(request.team, userId, view) ?? fail('push_limit_reached');
      }),
    'views.update': (request) => {
      const { args, team } = request;
      const view = views.find(textAt(args, 'view_id')) ?? views.findExternal(team.id, textAt(args, 'external_id'));
      if (view === undefined || view.teamId !== team.id) {
        return fail('not_found');
      }
      const read = readView(request, textAt(view.content, 'type'));
      if (read.refused) {
        return read.refused;
      }
      if (textAt(args, 'hash') !== '' && textAt(args, 'hash') !== view.hash) {
        return fail('hash_conflict');
      }
      const same = views.findExternal(team.id, textAt(read.view, 'external_id'));
      if (same !== undefined && same !== view) {
        return fail('duplicate_external_id');
      }
      views.update(view, read.view);
      return answer(view, request);
    },
    'views.publish': (request) => {
      const { args, team } = request;
      const read = readView(request, 'home');
      if (read.refused) {
        return read.refused;
      }
      const person = directory.people.get(textAt(args, 'user_id'));
      if (person === undefined || person.teamId !== team.id) {
        return fail('user_not_found');
      }
      const hash = textAt(args, 'hash');
      if (hash !== '' && views.home(person.id)?.hash !== hash) {
        return fail('hash_conflict');
      }
      return answer(views.publish(team, person.id, read.view), request);
    },
  } satisfies Record<string, ApiHandler>;
}

type ReadView = { readonly view: JsonObject; readonly refused?: never } | { readonly refused: Failure };

function readView({ args, token }: ApiRequest, type: string): ReadView {
  const view = jsonArgument(args, 'view');
  if (!isObject(view)) {
    return { refused: fail('invalid_arguments', ['[ERROR] missing required field: view']) };
  }
  if (Buffer.byteLength(JSON.stringify(view)) > maxViewBytes) {
    return { refused: fail('view_too_large') };
  }
  const problems = findViewProblems(view);
  if (view['type'] !== type) {
    problems.push(`[ERROR] expected a view of type ${type} [json-pointer:/view/type]`);
  }
  if (problems.length > 0) {
    return { refused: fail('invalid_arguments', problems) };
  }
  return takesFiles(view) && !token.scopes.includes('files:read')
    ? { refused: { ...fail('missing_scope'), needed: 'files:read', provided: token.scopes.join(',') } }
    : { view };
}

/** Whether a view needs `files:read`. Source: docs.slack.dev, file input element; the error code is not documented. */
function takesFiles(view: JsonObject): boolean {
  return elementsOf(objectsAt(view, 'blocks')).some(({ type }) => type === 'file_input');
}

function isView(value: OpenView | Failure): value is OpenView {
  return 'rootId' in value;
}

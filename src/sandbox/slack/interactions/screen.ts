import { elementsOf, type PlacedElement } from '../block-kit/block-state.ts';
import { fileInputValue } from '../files/enter-files.ts';
import { type Json, type JsonObject, objectAt, textAt } from '../json.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { OpenView } from '../state/views.ts';
import { findElement, toValue } from './enter-values.ts';
import type { InteractionContext } from './payloads.ts';

/** A message with interactive elements, or a view. */
export type Host = SeenMessage | OpenView;

/** What a person has in front of them: the open modal, messages, the home tab. */
export type Screen = {
  seen(): SeenMessage[];
  /** The topmost modal, then messages from the newest on, then the home tab. */
  hosts(): Host[];
  /** Finds an element on the screen, or only on `on`. Throws with what is on the screen. */
  place(target: string, on: Host | undefined): { readonly host: Host; readonly placed: PlacedElement };
  /** Enters a value; in a view it stays there until it is submitted. */
  enter(host: Host, placed: PlacedElement, given: Json): JsonObject;
  rememberSuggestions(actionId: string, options: readonly JsonObject[]): void;
  describe(hosts?: readonly Host[]): string;
};

/** Creates a person's screen. */
export function createScreen({ state, team, person }: InteractionContext): Screen {
  const { messages, views, directory } = state;
  const keyOf = (actionId: string): string => `${person.id} ${actionId}`;
  const seen = (): SeenMessage[] => messages.seenBy(person.id);
  const hosts = (): Host[] => {
    const modal = views.stack(person.id).at(-1);
    const tab = views.home(person.id);
    return [...(modal ? [modal] : []), ...seen().reverse(), ...(tab ? [tab] : [])];
  };
  return {
    seen,
    hosts,
    place(target, on) {
      for (const host of on ? [on] : hosts()) {
        const placed = findElement(host.blocks, target);
        if (placed !== undefined) {
          return { host, placed };
        }
      }
      throw new Error(`${person.name} sees nothing called "${target}". ${describeHosts(hosts())}`);
    },
    enter(host, placed, given) {
      const suggested = state.suggested.get(keyOf(placed.actionId)) ?? [];
      const value =
        placed.type === 'file_input'
          ? fileInputValue(state, given)
          : toValue(placed, given, suggested, directory, team.id);
      if (isView(host)) {
        host.values[placed.blockId] = { ...objectAt(host.values, placed.blockId), [placed.actionId]: value };
      }
      return value;
    },
    rememberSuggestions(actionId, options) {
      state.suggested.set(keyOf(actionId), options);
    },
    describe: (shown = hosts()) => describeHosts(shown),
  };
}

/** True for a modal or a home tab, false for a message. */
export function isView(host: Host): host is OpenView {
  return 'rootId' in host;
}

function describeHosts(hosts: readonly Host[]): string {
  const lines = hosts.map((host) => {
    const elements = elementsOf(host.blocks).map((placed) => placed.actionId);
    const what = isView(host) ? `view ${textAt(host.content, 'callback_id')}` : `message "${host.text}"`;
    return elements.length > 0 ? `${what} [${elements.join(', ')}]` : what;
  });
  return lines.length > 0 ? `On screen: ${lines.join('; ')}` : 'The screen is empty.';
}

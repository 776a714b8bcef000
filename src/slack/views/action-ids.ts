import { type TaskId, taskIdOf } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';

/** Ids of the views of this app. */
export const viewIds = {
  compose: 'b24task.compose',
  connect: 'b24task.connect',
  confirm: 'b24task.confirm',
  link: 'b24task.link',
} as const;

/** The id of a view. */
export type ViewId = (typeof viewIds)[keyof typeof viewIds];

/** Ids of the shortcuts in the menu of a message, as the manifest declares them. */
export const messageShortcutIds = { send: 'send_to_b24task' } as const;

/** The id of a shortcut in the menu of a message. */
export type MessageShortcutId = (typeof messageShortcutIds)[keyof typeof messageShortcutIds];

/** Ids of the shortcuts in the ⚡ menu, as the manifest declares them. */
export const globalShortcutIds = { write: 'write_to_b24task' } as const;

/** The id of a shortcut in the ⚡ menu. */
export type GlobalShortcutId = (typeof globalShortcutIds)[keyof typeof globalShortcutIds];

/** Ids of the input blocks and elements in them. */
export const fieldIds = {
  portal: { block: 'portal', element: 'portal' },
  number: { block: 'number', element: 'number' },
  webhookUrl: { block: 'webhook-url', element: 'webhook-url' },
  task: { block: 'task', element: 'task' },
  comment: { block: 'comment', element: 'comment' },
  withLink: { block: 'with-link', element: 'with-link' },
  announce: { block: 'announce', element: 'announce' },
  thread: { block: 'thread', element: 'thread' },
  files: { block: 'files', element: 'files' },
} as const;

/** What a button of this app does. `from` tells which text the answer replaces. */
export type ButtonAction =
  /** `draft`: what the person goes on with once they have connected. */
  | { readonly kind: 'link'; readonly draft?: string }
  /** Opens the form with the text of a delivery. */
  | { readonly kind: 'edit-delivery'; readonly delivery: string }
  /** Leads to the browser by itself. */
  | { readonly kind: 'open-task' }
  | { readonly kind: 'unlink' }
  | { readonly kind: 'keep-link' }
  | { readonly kind: 'connect' }
  | { readonly kind: 'set-out' }
  | { readonly kind: 'try-now' }
  | { readonly kind: 'confirm-connection'; readonly grant: string }
  | { readonly kind: 'decline-connection'; readonly grant: string }
  | { readonly kind: 'cancel'; readonly delivery: string; readonly from: 'reply' | 'status' }
  /** Deletes what was delivered from the chat of its task. */
  | { readonly kind: 'take-back'; readonly delivery: string }
  | { readonly kind: 'send-again'; readonly delivery: string; readonly nonce: string }
  /** Sends a kept text to `task`, the default that its writer was told of, or opens the form where there was none. */
  | { readonly kind: 'send-draft'; readonly draft: string; readonly handle: string; readonly task?: TaskId }
  /** Opens the form, for `task` where one is named. */
  | { readonly kind: 'write'; readonly task?: TaskId }
  /** Checks the way of a message from Slack to the task chat. */
  | { readonly kind: 'check' }
  /** Shows a page of a kept text, to be copied. */
  | { readonly kind: 'show-text'; readonly draft: string; readonly page: number }
  /** Opens the form with a kept text. */
  | { readonly kind: 'choose-task'; readonly draft: string };

/** Each delivery has one nonce in all its replies and on Home, so that all their buttons together make one message. */
export const sendAgainNonce = 'again';

const prefix = 'b24task.';

/** An action as a button carries it. */
export function encodeAction(action: ButtonAction): { readonly action_id: string; readonly value?: string } {
  const action_id = `${prefix}${action.kind}`;
  switch (action.kind) {
    case 'cancel':
      return { action_id, value: `${action.from} ${action.delivery}` };
    case 'send-again':
      return { action_id, value: `${action.nonce} ${action.delivery}` };
    case 'send-draft':
      return { action_id, value: [action.draft, action.handle, action.task ?? 'form'].join(' ') };
    case 'choose-task':
      return { action_id, value: action.draft };
    case 'show-text':
      return { action_id, value: `${action.page} ${action.draft}` };
    case 'write':
      return action.task === undefined ? { action_id } : { action_id, value: String(action.task) };
    case 'confirm-connection':
    case 'decline-connection':
      return { action_id, value: action.grant };
    case 'link':
      return action.draft === undefined ? { action_id } : { action_id, value: action.draft };
    case 'edit-delivery':
    case 'take-back':
      return { action_id, value: action.delivery };
    case 'open-task':
    case 'unlink':
    case 'keep-link':
    case 'connect':
    case 'set-out':
    case 'try-now':
    case 'check':
      return { action_id };
  }
}

/** The action of a pressed button; `undefined` when it is none of ours, or of a version that spoke otherwise. */
export function parseAction(actionId: string, value: string | undefined): ButtonAction | undefined {
  const [, first, delivery] = /^(\S+) (\S+)$/.exec(value ?? '') ?? [];
  switch (actionId.startsWith(prefix) ? actionId.slice(prefix.length) : '') {
    case 'link':
      return { kind: 'link', ...(value ? { draft: value } : {}) };
    case 'edit-delivery':
      return value ? { kind: 'edit-delivery', delivery: value } : undefined;
    case 'take-back':
      return value ? { kind: 'take-back', delivery: value } : undefined;
    case 'open-task':
      return { kind: 'open-task' };
    case 'unlink':
      return { kind: 'unlink' };
    case 'keep-link':
      return { kind: 'keep-link' };
    case 'connect':
      return { kind: 'connect' };
    case 'set-out':
      return { kind: 'set-out' };
    case 'try-now':
      return { kind: 'try-now' };
    case 'confirm-connection':
      return value ? { kind: 'confirm-connection', grant: value } : undefined;
    case 'decline-connection':
      return value ? { kind: 'decline-connection', grant: value } : undefined;
    case 'cancel':
      return delivery && (first === 'reply' || first === 'status')
        ? { kind: 'cancel', delivery, from: first }
        : undefined;
    case 'send-again':
      return delivery && first ? { kind: 'send-again', delivery, nonce: first } : undefined;
    case 'send-draft':
      return parseSendDraft(value ?? '');
    case 'write': {
      const task = taskIdOf(value ?? '');
      return value && !task ? undefined : { kind: 'write', ...present({ task }) };
    }
    case 'check':
      return { kind: 'check' };
    case 'show-text':
      return delivery && /^[1-9]\d{0,5}$/.test(first ?? '')
        ? { kind: 'show-text', draft: delivery, page: Number(first) }
        : undefined;
    case 'choose-task':
      return value ? { kind: 'choose-task', draft: value } : undefined;
    default:
      return undefined;
  }
}

function parseSendDraft(value: string): ButtonAction | undefined {
  const [, draft, handle, task] = /^(\S+) (\S+) (form|\d+)$/.exec(value) ?? [];
  return draft && handle
    ? { kind: 'send-draft', draft, handle, ...present({ task: taskIdOf(task ?? '') }) }
    : undefined;
}

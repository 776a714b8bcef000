import { deliveryId } from '../../src/delivery/accept.ts';
import type { Answer } from '../../src/sandbox/slack/sending/delivery.ts';
import type { Writer } from './harness.ts';

/** One message that somebody sent, and what Slack heard about it at once. Times are epoch ms. */
export type Sent = {
  readonly text: string;
  readonly writer: Writer;
  /** Who must be its author in Bitrix24. */
  readonly authorId: number;
  readonly task: number;
  /** Where it was typed; no other message was. */
  readonly channel: string;
  readonly sentAt: number;
  /** The delivery that its interaction makes. */
  id: string;
  /** When the app first acknowledged it without another word: it is accepted. */
  takenAt: number | undefined;
  /** How often the interaction was handed over. */
  handedOver: number;
  /** Its sender pressed Cancel. */
  cancelPressed: boolean;
};

/** Everything that was sent in a run, in the order of sending. */
export type Journal = {
  readonly sent: readonly Sent[];
  open(about: Pick<Sent, 'text' | 'writer' | 'authorId' | 'task' | 'channel'>): Sent;
  /** Notes how an interaction was answered. */
  note(sent: Sent, answer: Answer): void;
  /** Notes that the sender of what was typed in `channel` is about to press Cancel. */
  notePress(channel: string): void;
};

/** An empty journal. */
export function createJournal(): Journal {
  const sent: Sent[] = [];
  return {
    sent,
    open(about) {
      const entry: Sent = {
        ...about,
        sentAt: Date.now(),
        id: '',
        takenAt: undefined,
        handedOver: 0,
        cancelPressed: false,
      };
      sent.push(entry);
      return entry;
    },
    note(entry, { status, body, interaction }) {
      const { team_id: scope, trigger_id: handle } = interaction?.payload ?? {};
      entry.id = deliveryId({ scope: String(scope), handle: String(handle) });
      entry.handedOver += 1;
      if (status === 200 && body === '') {
        entry.takenAt ??= Date.now();
      }
    },
    notePress(channel) {
      for (const entry of sent) {
        if (entry.channel === channel) {
          entry.cancelPressed = true;
        }
      }
    },
  };
}

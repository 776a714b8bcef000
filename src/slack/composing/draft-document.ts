import type { Submission } from '../../delivery/submission.ts';
import type { Document } from '../../domain/document.ts';
import type { Draft } from '../../tasks/ports.ts';
import { attribute } from '../../translation/attribute.ts';
import { readMessage } from '../../translation/read-message.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import { readTyped, typedForm } from './typed-text.ts';

/** What a person entered beside the task. */
export type Words = { readonly comment: string; readonly withLink: boolean };

/**
 * A draft with a fixed message, which a comment stands above; else what is typed into the field is the whole message.
 */
export function isFixed({ content }: Pick<Draft, 'content'>): boolean {
  return content.kind === 'message' || (content.kind === 'text' && typedForm(content.text) === undefined);
}

/** What the field begins with. */
export function firstWords({ content }: Pick<Draft, 'content'>): Words {
  return { comment: (content.kind === 'text' ? typedForm(content.text) : undefined) ?? '', withLink: true };
}

/** The whole message of a draft, with what of it cannot be carried over. */
export function messageOf(
  draft: Pick<Draft, 'content' | 'route'>,
  { comment, withLink }: Words,
): Pick<Submission, 'document' | 'losses'> {
  const { content, route } = draft;
  const typed = comment.trim() === '' ? { blocks: [] } : readTyped(comment);
  if (!isFixed(draft) || content.kind === 'nothing') {
    return { document: typed, losses: [] };
  }
  if (content.kind === 'text') {
    return { document: joined(typed, readMrkdwn(content.text)), losses: [] };
  }
  const { document, losses, author, sentAt, editedAt } = readMessage(content.message);
  const { channelName, permalink } = content;
  const origin = {
    author,
    channel: channelName === undefined ? undefined : { id: route.place.channel, label: channelName },
    when: sentAt,
    editedAt,
    permalink: withLink ? permalink : undefined,
    comment: typed,
  };
  return { document: attribute(document, origin), losses };
}

function joined(above: Document, below: Document): Document {
  return { blocks: [...above.blocks, ...below.blocks] };
}

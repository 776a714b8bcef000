import { z } from 'zod';
import type { Announcement } from '../../domain/delivery.ts';
import { present } from '../../domain/present.ts';
import type { Draft } from '../../tasks/ports.ts';
import type { SurfaceDeps } from '../ports.ts';

const posted = z.looseObject({ ts: z.string().regex(/^\d+\.\d+$/) });

/** How it is told where a sender asks for it: by the mark, which disturbs nobody, unless it is set up otherwise. */
export function announcesAs(setting: SurfaceDeps['announce']): Announcement['as'] {
  return setting === 'reply' ? 'reply' : 'reaction';
}

/** The news for the readers of the message that a draft passes on; `undefined` where it passes on none. */
export function announcementOf({ content, route }: Draft, as: Announcement['as']): Announcement | undefined {
  const { channel, threadTs } = route.place;
  const message = posted.safeParse(content.kind === 'message' ? content.message : undefined);
  return message.success ? { as, channel, ts: message.data.ts, ...present({ threadTs }) } : undefined;
}

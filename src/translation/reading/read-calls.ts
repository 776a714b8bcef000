import type { Block, Inline } from '../../domain/document.ts';
import { joined, lineOf, link, text } from '../nodes.ts';
import { countAt, fieldAt, isShape, listAt, type Shape, shapeAt, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { momentAt } from './slack-time.ts';
import { readAddress, readTextInlines } from './text-object.ts';

/**
 * A call of another product: its name, when it was, and the link to join. Source:
 * docs.slack.dev/apis/web-api/using-the-calls-api
 */
export function readCallBlock(block: Shape, reading: Reading): readonly Block[] {
  const call = shapeAt(block, 'call');
  const details = 'v1' in call ? shapeAt(call, 'v1') : call;
  const address = readAddress(details, 'join_url', 'desktop_app_join_url');
  if (address === undefined) {
    reading.add('missing', reading.words.callLink);
  }
  return describe(details, { sign: '📞', what: reading.words.call, address, label: reading.words.join });
}

/** Whether the message tells of a huddle, or of a call from before there were huddles. */
export function hasRoom(message: Shape): boolean {
  const subtype = textAt(message, 'subtype');
  return (
    subtype === 'huddle_thread' || subtype === 'sh_room_created' || Object.keys(shapeAt(message, 'room')).length > 0
  );
}

/** The huddle of a message: when it was, who took part, and the link. Source: `Room` of conversations.history. */
export function readRoom(message: Shape, { words }: Reading): readonly Block[] {
  const room = shapeAt(message, 'room');
  const isHuddle = textAt(message, 'subtype') === 'huddle_thread' || textAt(room, 'call_family') === 'huddle';
  const what = isHuddle ? words.huddle : words.call;
  const address = readAddress(room, 'huddle_link') ?? readAddress(message, 'permalink');
  return describe(room, { sign: isHuddle ? '🎧' : '📞', what, address, label: isOver(room) ? 'Slack' : words.join });
}

function isOver(call: Shape): boolean {
  return fieldAt(call, 'has_ended') === true || (countAt(call, 'date_end') ?? 0) > 0;
}

type Described = {
  readonly sign: string;
  readonly what: string;
  readonly address: string | undefined;
  readonly label: string;
};

function describe(call: Shape, { sign, what, address, label }: Described): readonly Block[] {
  const name = readTextInlines(fieldAt(call, 'name'));
  const [start, end] = ['date_start', 'date_end'].map((key) => countAt(call, key) || undefined);
  const when = joined(
    [start, end].map((seconds) => (seconds === undefined ? [] : [momentAt(seconds)])),
    ' – ',
  );
  return lineOf(
    joined(
      [
        [text(`${sign} ${what}`)],
        name,
        when,
        participantsOf(call),
        address === undefined ? [] : [link(address, label)],
      ],
      ' · ',
    ),
  );
}

const maxParticipants = 20;

/** Those who took part, as Slack lists them below a huddle: ids, or people of another product by their names. */
function participantsOf(call: Shape): readonly Inline[] {
  const people = ['participant_history', 'all_participants', 'participants', 'active_participants']
    .map((key) =>
      listAt(call, key)
        .map(participant)
        .filter((one) => one.length > 0),
    )
    .find((list) => list.length > 0);
  const list = people ?? [];
  const more = list.length > maxParticipants ? [text(`+${list.length - maxParticipants}`)] : [];
  return joined([...list.slice(0, maxParticipants), more], ', ');
}

function participant(person: unknown): readonly Inline[] {
  const shape = isShape(person) ? person : { slack_id: person };
  const id = textAt(shape, 'slack_id');
  return id === undefined ? readTextInlines(fieldAt(shape, 'display_name')) : [{ kind: 'user', id }];
}

import type { Block } from '../../domain/document.ts';
import { flatten, joined, lineOf } from '../nodes.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readBlocks } from './read-blocks.ts';
import type { Reading } from './reading.ts';
import { readTextInlines } from './text-object.ts';

/**
 * The records of a list that an attachment shows, a line for each field that holds text: `Name: Fix the door`. Other
 * kinds of fields are lost. Source: `list_record` and `list_records` in the attachments of conversations.history.
 */
export function readListRecords(attachment: Shape, reading: Reading): readonly Block[] {
  const one = shapeAt(attachment, 'list_record');
  const schema = [...shapesAt(one, 'schema'), ...shapesAt(attachment, 'list_schema')];
  const names = new Map(schema.map((column) => [textAt(column, 'key'), fieldAt(column, 'name')]));
  const records = [shapeAt(one, 'record'), ...shapesAt(attachment, 'list_records')];
  return records
    .flatMap((record) => shapesAt(record, 'fields'))
    .flatMap((field) => {
      const rich = flatten(readBlocks(listAt(field, 'rich_text'), reading));
      const value = rich.length > 0 ? rich : readTextInlines(fieldAt(field, 'text'));
      if (value.length === 0) {
        reading.add('unsupported', 'list_record');
        return [];
      }
      return lineOf(joined([readTextInlines(names.get(textAt(field, 'key'))), value], ': '));
    });
}

import { z } from 'zod';
import type { Queries, SqlValue } from './database.ts';
import { payloadName } from './outbox/payload.ts';
import { boundName } from './records/records.ts';

/** The encrypted text of one row. */
export type EncryptedColumn = {
  readonly place: SqlValue;
  /** The name that the text is bound to: it tells the place and nothing of the content. */
  readonly name: string;
  readonly envelope: string;
};

type Asked = {
  readonly after: SqlValue;
  /** Texts that start so may be left out. */
  readonly currentStart: string;
  /** Of the SELECT: which rows it takes and holds. */
  readonly suffix: string;
};

/** A table that holds encrypted texts, for whoever must visit all of them. */
export type EncryptedColumns = {
  /** Before the first place. */
  readonly start: SqlValue;
  /** The next rows after a place, in order; none at the end. */
  read(queries: Queries, asked: Asked): Promise<readonly EncryptedColumn[]>;
  /** Replaces the text of a row that was read and held in the same transaction. */
  write(queries: Queries, column: EncryptedColumn, envelope: string): Promise<void>;
};

const rowsPerBatch = 100;

const recordRow = z.object({ key: z.string(), value: z.string() });
const recordValue = z.object({ value: z.object({ text: z.string(), expiresAt: z.number().nullable() }) });

/** The table of records. Its values are JSON around the envelope. */
export const recordColumns: EncryptedColumns = {
  start: '',
  async read(queries, { after, suffix }) {
    const rows = await queries.query(`SELECT key, value FROM records WHERE key > $1 ORDER BY key LIMIT $2 ${suffix}`, [
      after,
      rowsPerBatch,
    ]);
    return rows.map((found) => {
      const { key, value } = recordRow.parse(found);
      const written = readValue(value);
      return { place: key, name: boundName(key, written?.expiresAt ?? null), envelope: written?.text ?? '' };
    });
  },
  async write(queries, { place, envelope: old }, envelope) {
    // Base64url and dots only: the envelope stands in the JSON as it is.
    await queries.query('UPDATE records SET value = replace(value, $2, $3) WHERE key = $1', [place, old, envelope]);
  },
};

/** `undefined` when it is no record of ours: then no key opens it either. */
function readValue(text: string): z.infer<typeof recordValue>['value'] | undefined {
  try {
    const written: unknown = JSON.parse(text);
    return recordValue.parse(written).value;
  } catch {
    return undefined;
  }
}

const outboxRow = z.object({ seq: z.number(), id: z.string(), payload: z.string() });

/** The texts of deliveries, as long as they are kept. */
export const outboxColumns: EncryptedColumns = {
  start: 0,
  async read(queries, { after, currentStart, suffix }) {
    const rows = await queries.query(
      `SELECT seq, id, payload FROM outbox WHERE seq > $1 AND substr(payload, 1, $3) <> $2
      ORDER BY seq LIMIT $4 ${suffix}`,
      [after, currentStart, currentStart.length, rowsPerBatch],
    );
    return rows.map((found) => {
      const { seq, id, payload } = outboxRow.parse(found);
      return { place: seq, name: payloadName(id), envelope: payload };
    });
  },
  async write(queries, { place }, envelope) {
    await queries.query('UPDATE outbox SET payload = $2 WHERE seq = $1', [place, envelope]);
  },
};

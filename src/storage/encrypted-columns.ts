import { z } from 'zod';
import type { Queries, SqlValue } from './database.ts';
import type { Binding } from './encryption/cipher.ts';
import { payloadBinding } from './outbox/payload.ts';
import { recordBinding } from './records/records.ts';

/**
 * The encrypted text of one row. What it is bound to in the first version tells the place, and nothing of the content.
 */
export type EncryptedColumn = { readonly place: SqlValue; readonly binding: Binding; readonly envelope: string };

type Asked = {
  readonly after: SqlValue;
  /** Texts that start so may be left out. */
  readonly currentStart: string;
  /** Of the SELECT: which rows it takes and holds. */
  readonly suffix: string;
};

/** A table that holds encrypted texts, for whoever must visit all of them. */
export type EncryptedColumns = {
  /** Version of the envelopes that are written there. */
  readonly version: keyof Binding;
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
  version: 'v1',
  start: '',
  async read(queries, { after, suffix }) {
    const rows = await queries.query(`SELECT key, value FROM records WHERE key > $1 ORDER BY key LIMIT $2 ${suffix}`, [
      after,
      rowsPerBatch,
    ]);
    return rows.map((found) => {
      const { key, value } = recordRow.parse(found);
      const written = readValue(value);
      return { place: key, binding: recordBinding(key, written?.expiresAt ?? null), envelope: written?.text ?? '' };
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

/** Whatever stands there: a row that was tampered with is named, and holds up nothing. */
const outboxRow = z.object({
  seq: z.number(),
  id: z.string(),
  lane: z.string(),
  tenant: z.string(),
  slack_user: z.string(),
  portal: z.string(),
  bitrix_user: z.string(),
  task: z.number(),
  parts: z.number(),
  payload: z.string(),
});

/** The texts of deliveries, as long as they are kept. */
export const outboxColumns: EncryptedColumns = {
  version: 'v2',
  start: 0,
  async read(queries, { after, currentStart, suffix }) {
    const rows = await queries.query(
      `SELECT ${Object.keys(outboxRow.shape).join(', ')} FROM outbox WHERE seq > $1 AND substr(payload, 1, $3) <> $2
      ORDER BY seq LIMIT $4 ${suffix}`,
      [after, currentStart, currentStart.length, rowsPerBatch],
    );
    return rows.map((found) => {
      const stored = outboxRow.parse(found);
      return { place: stored.seq, binding: payloadBinding(stored), envelope: stored.payload };
    });
  },
  async write(queries, { place }, envelope) {
    await queries.query('UPDATE outbox SET payload = $2 WHERE seq = $1', [place, envelope]);
  },
};

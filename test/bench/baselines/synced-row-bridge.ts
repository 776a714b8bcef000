import { enableCompileCache } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { startBoltApp } from './bolt-app.ts';
import { message, postAndReply, readCommand } from './carry.ts';

enableCompileCache();

const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? '');
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
database.exec('CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, message TEXT NOT NULL)');
const keep = database.prepare('INSERT INTO messages (message) VALUES (?)');
const drop = database.prepare('DELETE FROM messages WHERE id = ?');
const kept = z.array(z.object({ id: z.number(), message: z.string() }));

/** A row is on the disk before Slack is told, and gone when the sender has read the answer. */
async function carry(id: number | bigint, text: string): Promise<void> {
  await postAndReply(message.parse(JSON.parse(text)));
  drop.run(id);
}

for (const { id, message: text } of kept.parse(database.prepare('SELECT id, message FROM messages').all())) {
  void carry(id, text);
}

await startBoltApp(async ({ ack, command }) => {
  const text = JSON.stringify(readCommand(command));
  const { lastInsertRowid } = keep.run(text);
  await ack();
  await carry(lastInsertRowid, text);
});

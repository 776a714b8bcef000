import { existsSync, readFileSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Up to which page the log beside a SQLite file holds commits, by its own account. SQLite itself takes a log up to the
 * first page that does not fit its checksum and says nothing about the rest: whoever finds that it took fewer knows
 * that commits are lost. `undefined` for a log that is empty; infinite for one whose head is damaged, which SQLite
 * ignores whole. To be asked before the file is opened. Source:
 * https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function lastCommitIn(path: string): number {
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  if (log.length <= headerBytes) {
    return 0;
  }
  if (!hasSoundHead(log)) {
    return Number.POSITIVE_INFINITY;
  }
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  let last = 0;
  for (let number = 1; headerBytes + number * frameBytes <= log.length; number += 1) {
    const frame = log.subarray(headerBytes + (number - 1) * frameBytes);
    // Pages of an earlier round of the log lie behind those of the present one; they bear other numbers.
    const isPresent = frame.readUInt32BE(8) === log.readUInt32BE(16) && frame.readUInt32BE(12) === log.readUInt32BE(20);
    const isCommit = frame.readUInt32BE(4) > 0;
    if (isPresent && isCommit) {
      last = number;
    }
  }
  return last;
}

function hasSoundHead(log: Buffer): boolean {
  const magic = log.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== 0x377f0682) {
    return false;
  }
  const wordAt = (at: number) => ((magic & 1) === 1 ? log.readUInt32BE(at) : log.readUInt32LE(at));
  let [one, other] = [0, 0];
  for (let at = 0; at < 24; at += 8) {
    one = (one + wordAt(at) + other) >>> 0;
    other = (other + wordAt(at + 4) + one) >>> 0;
  }
  return one === log.readUInt32BE(24) && other === log.readUInt32BE(28);
}

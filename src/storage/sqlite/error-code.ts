/**
 * Whether SQLite failed with this primary result code (5: locked by another connection, 10: reading, writing or syncing
 * failed, 11: the file is damaged, 13: the disk is full, 26: it is no database). Source:
 * https://www.sqlite.org/rescode.html
 */
export function hasSqliteCode(error: unknown, primaryCode: 5 | 10 | 11 | 13 | 26): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) {
    return false;
  }
  return typeof error.errcode === 'number' && (error.errcode & 0xff) === primaryCode;
}

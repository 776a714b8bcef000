const portalOffsetMs = 3 * 60 * 60 * 1000;

/** A moment as the portal writes it: ISO 8601 in the server's zone (UTC+3 here), without fractions. */
export function portalDate(at: number): string {
  return `${new Date(at + portalOffsetMs).toISOString().slice(0, 19)}+03:00`;
}

/**
 * The `time` object of a success (Bitrix24, "Data types"); `operating` is in seconds, `operating_reset_at` in Unix
 * seconds.
 */
export function timeObject(
  startedAt: number,
  finishedAt: number,
  spent: { operating: number; resetAt: number },
): Record<string, unknown> {
  const duration = Math.max(0, finishedAt - startedAt) / 1000;
  return {
    start: startedAt / 1000,
    finish: finishedAt / 1000,
    duration,
    processing: 0,
    date_start: portalDate(startedAt),
    date_finish: portalDate(finishedAt),
    operating_reset_at: spent.resetAt,
    operating: spent.operating,
  };
}

/** That it went well is believed for so long, however often somebody asks. */
const believedMs = 2_000;

/**
 * Asks `probe`, once for all who ask at the same time, and again only after a while when it went well. A failure is
 * asked about anew each time. `steady`: ms from an arbitrary start.
 */
export function createReadiness(probe: () => Promise<void>, steady: () => number): () => Promise<void> {
  let wellAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      await probe();
      wellAt = steady();
    } finally {
      asking = undefined;
    }
  }

  return async () => {
    if (steady() - wellAt < believedMs) {
      return;
    }
    asking ??= ask();
    await asking;
  };
}

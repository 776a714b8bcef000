/**
 * Loads everything that a start may need, and does nothing with it: run with `NODE_COMPILE_CACHE`, it fills that folder.
 * The image is built so.
 */
await Promise.all([
  import('../config.ts'),
  import('../observability/metrics.ts'),
  import('../storage/postgres/engine.ts'),
  import('./service.ts'),
]);

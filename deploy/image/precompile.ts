/**
 * Loads everything that a start may need, and does nothing with it: run with `NODE_COMPILE_CACHE`, it fills that folder.
 * The image is built so. A start itself would fill it no better.
 */
await Promise.all([
  import('../../src/config.ts'),
  import('../../src/observability/metrics.ts'),
  import('../../src/settings/env-file.ts'),
  import('../../src/storage/postgres/engine.ts'),
  import('../../src/storage/postgres/keyv-adapter.ts'),
  import('../../src/storage/sqlite/keyv-adapter.ts'),
  import('../../src/service/service.ts'),
]);

import { type Findings, single } from '../figures.ts';
import type { Harness } from '../harness.ts';
import { benchTranslation } from '../translation.ts';

/** (f) How long the translation of long and of hostile texts takes, and how the time grows with the text. */
export async function measureTranslation(harness: Harness): Promise<Findings> {
  harness.say('translation');
  return {
    figures: benchTranslation().map(({ name, unit, value, atMost }) =>
      single({ section: 'translation', name, unit: unit === 'ratio' ? 'times' : unit }, value, {
        of: 'value',
        bound: 'at most',
        limit: atMost,
      }),
    ),
    conditions: ['In this process, processor time once the code is warm.'],
  };
}

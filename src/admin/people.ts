import { people } from './people-list.ts';
import { runBesideService } from './run.ts';

await runBesideService('people', people);

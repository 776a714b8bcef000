import { parseArgs } from 'node:util';
import { build } from 'rolldown';
import { asciiOnly } from './ascii-only.ts';
import { packageNotes } from './package-notes.ts';

/**
 * Writes the service and its commands with all that they need of other packages into one folder: the form in which the
 * image runs. Reading and checking a few files takes half of the processor time that the hundreds of the source take.
 */
const [folder = 'dist'] = parseArgs({ allowPositionals: true }).positionals;

await build({
  input: {
    main: 'src/main.ts',
    b24task: 'src/admin/b24task.ts',
    precompile: 'deploy/image/precompile.ts',
  },
  platform: 'node',
  // Of pg: a native driver that is not installed, and that nobody asks for.
  external: ['pg-native'],
  plugins: [asciiOnly(), packageNotes()],
  logLevel: 'warn',
  output: {
    dir: folder,
    // Names of functions and lines stay, and a comment that names each module: a stack in the log leads to the source.
    // Node could follow maps, and would read all of them at the start: twice the time, and half as much memory again.
    minify: false,
    comments: false,
    chunkFileNames: '[name].js',
  },
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { z } from 'zod';
import ownPackage from '../../package.json' with { type: 'json' };

const packageFile = z.object({ name: z.string(), version: z.string(), license: z.string().default('not named') });

/**
 * Puts beside the code what has to lie there: a `package.json`, without which Node reads each file twice to find out
 * what it is, and the licences of all packages that are in the code.
 */
export function packageNotes(): Plugin {
  return {
    name: 'package-notes',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = new Set(modules.map(packageFolderOf).filter((folder) => folder !== undefined));
      const { name, version, license } = ownPackage;
      const own = { name, version, license, private: true, type: 'module' };
      this.emitFile({ type: 'asset', fileName: 'package.json', source: `${JSON.stringify(own)}\n` });
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-LICENSES.txt',
        source: [...folders]
          .toSorted()
          .map(licenceOf)
          .join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}

/** The folder of the package of this module; `undefined` for what is our own. */
function packageFolderOf(moduleId: string): string | undefined {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(moduleId) ?? [];
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? folder : undefined;
}

function licenceOf(folder: string): string {
  const { name, version, license } = packageFile.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts, ''].join('\n\n');
}

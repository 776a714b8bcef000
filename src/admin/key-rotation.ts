import type { RotationReport } from '../storage/key-rotation.ts';
import { type AdminCommand, withStorage } from './command.ts';

/** So often something is said while it goes on. */
const sayEvery = 500;

/** More names than these are only counted. */
const maxNamed = 50;

/**
 * `npm run rotate-keys`: encrypts everything with the first key. It can be stopped at any time and started again, and
 * with PostgreSQL the service goes on meanwhile.
 */
export const rotateKeys: AdminCommand = (context) =>
  withStorage(context, async (storage) => {
    const { print } = context;
    let said = 0;
    print('Re-encrypting what is stored with the first key. This can be stopped and started again.');
    const report = await storage.rotateKeys((rewritten) => {
      if (rewritten - said < sayEvery) {
        return;
      }
      said = rewritten;
      print(`  ${rewritten} so far`);
    });
    await storage.vacuum();
    for (const line of describe(report)) {
      print(line);
    }
    return report.unreadable.length === 0 && report.left === 0 ? 0 : 1;
  });

function describe({ keyId, rewritten, unreadable, left }: RotationReport): readonly string[] {
  const done = `Re-encrypted: ${rewritten}. The first key is ${keyId}.`;
  if (unreadable.length === 0 && left === 0) {
    return [done, 'Nothing needs the other keys any more.'];
  }
  return [
    done,
    ...(left > 0
      ? [`Still under another key: ${left}. A running replica has another key first; mend that and run this again.`]
      : []),
    ...(unreadable.length > 0
      ? [
          `Not readable with any key: ${unreadable.length}. Their key is missing from the list, or they are damaged:`,
          ...unreadable.slice(0, maxNamed).map((name) => `  ${name}`),
          ...(unreadable.length > maxNamed ? [`  and ${unreadable.length - maxNamed} more`] : []),
        ]
      : []),
    'Keep all keys until this command says that nothing needs them.',
  ];
}

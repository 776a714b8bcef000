import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { elementsOf } from '../slack/block-kit/block-state.ts';
import { objectAt, objectsAt, textAt } from '../slack/json.ts';
import type { NewFile } from '../slack/state/files.ts';
import type { PromptCommand } from './context.ts';

const units: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const madeUpSize = 24 * 1024;

/** Uploads a file: a real one where there is one at that path, else one that is made up. */
export const attachCommand: PromptCommand = {
  form: ':attach FILE [SIZE]',
  does: 'puts a file into the open form, or into the next message; a made-up one (3MB) where there is none of that name',
  async run({ person, screen, attached }, text) {
    const file = person().upload(readFile(text));
    const view = person().view();
    const input = elementsOf(view?.blocks ?? []).find(({ type }) => type === 'file_input');
    if (view === undefined || input === undefined) {
      attached.push(file);
      return screen.print(`  ${file.name} goes with the next message`);
    }
    const entered = objectsAt(objectAt(objectAt(view.values, input.blockId), input.actionId), 'files');
    await person().select(input.actionId, [...entered.map((other) => textAt(other, 'id')), file.id]);
    screen.print(`  ${file.name} is in the form; :submit sends it`);
  },
};

function readFile(text: string): NewFile {
  const [, path = 'file', amount, unit = ''] = /^(.*?)(?:\s+(\d+)\s*(KB|MB|GB)?)?$/i.exec(text) ?? [];
  if (existsSync(path)) {
    return { name: basename(path), bytes: readFileSync(path) };
  }
  const size = amount === undefined ? madeUpSize : Number(amount) * (units[unit.toUpperCase()] ?? 1);
  return { name: basename(path), size };
}

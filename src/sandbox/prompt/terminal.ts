import { createInterface, cursorTo, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Where a person types, and where texts are printed meanwhile. */
export type Terminal = {
  /** Prints a text on lines of its own. What the person has typed so far stays, below it. */
  print(text: string): void;
  /**
   * The lines that are typed, until the input ends. `place` gives the prompt before each line; where the lines come
   * from a pipe, they are shown behind it instead.
   */
  lines(place: () => string): AsyncIterable<string>;
};

/** Creates a terminal. `input.isTTY` says whether a person sits there. */
export function createTerminal(input: Readable & { readonly isTTY?: boolean }, output: Writable): Terminal {
  const interactive = input.isTTY === true;
  /** Set while a person is asked for the next line. */
  let asking: Interface | undefined;
  return { print, lines };

  function print(text: string): void {
    if (asking !== undefined) {
      cursorTo(output, 0);
      output.write('\u001b[J');
    }
    output.write(`${text}\n`);
    asking?.prompt(true);
  }

  async function* lines(place: () => string): AsyncGenerator<string> {
    const reader = createInterface({ input, output, terminal: interactive, prompt: '' });
    ask(reader, place());
    for await (const line of reader) {
      asking = undefined;
      if (!interactive) {
        output.write(`${place()} ${line}\n`);
      }
      yield line;
      ask(reader, place());
    }
  }

  function ask(reader: Interface, prompt: string): void {
    if (interactive) {
      asking = reader;
      reader.setPrompt(`${prompt} `);
      reader.prompt();
    }
  }
}

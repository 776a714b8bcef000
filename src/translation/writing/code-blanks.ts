/**
 * A line of code with its blanks as the web client shows them: it keeps four together, and HTML makes one of others.
 * What is left over is written as U+00A0, which browsers copy as a blank, as they do with the ones that the client
 * itself puts there (im/install/js/im/v2/lib/parser/src/functions/common.js). One blank between words stays, and so do
 * those at the end, which nobody sees.
 */
export function keepBlanks(line: string): string {
  return line.replace(/ +/g, (run, at: number) => {
    const rest = run.length % 4;
    const left = ' '.repeat(run.length - rest);
    if (at + run.length === line.length) {
      return run;
    }
    if (at === 0) {
      return left + noBreak.repeat(rest);
    }
    return rest > 1 ? `${left}${noBreak.repeat(rest - 1)} ` : run;
  });
}

const noBreak = '\u00a0';

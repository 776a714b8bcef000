import type { Block } from '../../domain/document.ts';

/** What was read from the lines of a Markdown text at some place, and the number of the line after it. */
export type Construct = {
  readonly blocks: readonly Block[];
  readonly next: number;
};

/** What a person of the benchmark types: some markup, a link and a mention, as people write, and a mark to find it by. */
export function commandText(task: number, mark: number): string {
  return `${task} Build *${mark}* is green: <https://ci.example.com/builds/${mark}|log>. <@U0000001|anna>, please _check_ the notes &amp; close. m${mark}e`;
}

/** The mark of a message as it reached the portal; -1 when it has none. */
export function markIn(text: string): number {
  return Number(/\bm(\d+)e/.exec(text)?.[1] ?? -1);
}

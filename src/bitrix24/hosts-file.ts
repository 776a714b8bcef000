import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** The addresses that a hosts file gives a name; none where it does not name it. */
export type HostsFile = (hostname: string) => readonly string[];

/** Creates the reader of a hosts file. It is read again when it has changed; one that cannot be read names nothing. */
export function createHostsFile(path = '/etc/hosts'): HostsFile {
  let names = new Map<string, readonly string[]>();
  let readAt: number | undefined;

  return (hostname) => {
    refresh();
    return names.get(nameOf(hostname)) ?? [];
  };

  function refresh(): void {
    try {
      const { mtimeMs } = statSync(path);
      if (mtimeMs !== readAt) {
        names = namesIn(readFileSync(path, 'utf8'));
        readAt = mtimeMs;
      }
    } catch {
      names = new Map();
      readAt = undefined;
    }
  }
}

/** An address and its names in each line; what follows a `#` is a remark. Source: hosts(5). */
function namesIn(text: string): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) {
      continue;
    }
    for (const alias of aliases.map(nameOf)) {
      names.set(alias, [...(names.get(alias) ?? []), address]);
    }
  }
  return names;
}

function nameOf(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

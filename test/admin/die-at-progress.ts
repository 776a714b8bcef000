/** Loaded before a command: it dies without warning at the moment at which it tells of progress. */
const write = process.stdout.write.bind(process.stdout);

process.stdout.write = (chunk: string | Uint8Array): boolean => {
  if (String(chunk).includes('so far')) {
    process.kill(process.pid, 'SIGKILL');
  }
  return write(chunk);
};

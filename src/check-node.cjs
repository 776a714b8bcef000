'use strict';

// Every command loads this first, with --require. An older Node cannot read TypeScript and would only complain of the
// file extension; this file uses nothing that is newer than Node 6.

const least = 24;

if (Number(process.versions.node.split('.')[0]) < least) {
  process.stderr.write(
    `b24task needs Node ${least} or newer; this is ${process.version} (${process.execPath}). Install it from https://nodejs.org, or run "npm ci" without --omit=dev, which brings it.\n`,
  );
  process.exit(1);
}

#!/usr/bin/env node
// In the image: `b24task outbox list` is what `npm run outbox -- list` is in a clone.
const commands = {
  backup: () => import('./backup.ts'),
  doctor: () => import('./doctor.ts'),
  forget: () => import('./forget.ts'),
  health: () => import('./health.ts'),
  move: () => import('./move.ts'),
  outbox: () => import('./outbox.ts'),
  people: () => import('./people.ts'),
  'rotate-keys': () => import('./rotate-keys.ts'),
} as const;

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

const [name = ''] = process.argv.splice(2, 1);
if (isCommand(name)) {
  await commands[name]();
} else {
  process.stdout.write(`Usage: b24task <command> …\n  <command>: ${Object.keys(commands).join(', ')}\n`);
  process.exitCode = 2;
}

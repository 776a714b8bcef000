import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';

const setting = z.tuple([z.object({ data_directory: z.string() })]);

/** A reader of the processor time that a PostgreSQL server of this machine has used so far, in ms, by all its processes. */
export async function openPostgresProcessor(url: string): Promise<() => number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const [{ data_directory: folder }] = setting.parse((await client.query('SHOW data_directory')).rows);
  await client.end();
  const [pid = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  return () => usedMs(Number(pid));
}

/** The time of children that have ended is counted by their parent. */
function usedMs(server: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.reduce((sum, name) => {
    const { parent, own, ended } = readTimes(Number(name));
    return sum + (Number(name) === server ? own + ended : parent === server ? own : 0);
  }, 0);
}

/** Source: proc(5), /proc/pid/stat: the 4th field, and utime, stime, cutime, cstime (14th to 17th) in ticks of 10 ms. */
function readTimes(pid: number): { readonly parent: number; readonly own: number; readonly ended: number } {
  try {
    const [, behindName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = behindName.split(' ').map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent: fields[1] ?? 0, own: (user + system) * 10, ended: (endedUser + endedSystem) * 10 };
  } catch {
    return { parent: 0, own: 0, ended: 0 };
  }
}

import { serviceCommands } from '../admin/commands.ts';
import { controlAddress } from '../admin/control/protocol.ts';
import { type Control, serveControl } from '../admin/control/server.ts';
import type { Config } from '../config.ts';
import type { Log } from '../domain/log.ts';
import type { Storage } from '../storage/open.ts';

/**
 * Lets an administrator's commands run beside the service where nobody else may open its storage. A service that cannot
 * take them still sends messages: then they need it to be stopped, and the log says why.
 */
export async function openControl(
  { dataDir }: Pick<Config['storage'], 'dataDir'>,
  storage: Storage,
  log: Log,
): Promise<Control | undefined> {
  if (!storage.singleProcess) {
    return undefined;
  }
  const address = controlAddress(dataDir);
  if (address === undefined) {
    log.warn({ dataDir }, 'commands of an administrator need a stopped service: no local socket fits in DATA_DIR');
    return undefined;
  }
  try {
    return await serveControl({ address, commands: serviceCommands, storage, log });
  } catch (error) {
    log.warn({ error }, 'commands of an administrator need a stopped service: no local socket could be opened');
    return undefined;
  }
}

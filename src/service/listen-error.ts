/** Where a server was to listen, and the settings that say so. */
export type ListenPlace = {
  readonly host: string;
  readonly port: number;
  readonly hostSetting: string;
  readonly portSetting: string;
};

/** The error of a server that could not listen, in the words of the settings. Any other error stays as it is. */
export function explainListenError(error: unknown, { host, port, hostSetting, portSetting }: ListenPlace): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`${portSetting}: port ${port} of ${host} is taken by another program`, { cause: error });
    case 'EACCES':
      return new Error(`${portSetting}: this user may not listen on port ${port}`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`${hostSetting}: ${host} is no address of this machine`, { cause: error });
    default:
      return error;
  }
}

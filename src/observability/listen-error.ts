/** Where a server was to listen, and the settings that say so. */
export type ListenPlace = {
  readonly host: string;
  readonly port: number;
  readonly hostSetting: string;
  readonly portSetting: string;
};

/** Why a server cannot listen: the setting to be changed, and what is wrong with it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly setting: string;
  readonly problem: string;

  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super(`${setting}: ${problem}`, options);
    this.setting = setting;
    this.problem = problem;
  }
}

/** The error of a server that could not listen, in the words of the settings. Any other error stays as it is. */
export function explainListenError(error: unknown, { host, port, hostSetting, portSetting }: ListenPlace): unknown {
  const options = { cause: error };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(portSetting, `port ${port} of ${host} is taken by another program`, options);
    case 'EACCES':
      return new ListenError(portSetting, `this user may not listen on port ${port}`, options);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(hostSetting, `${host} is no address of this machine`, options);
    default:
      return error;
  }
}

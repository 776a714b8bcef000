import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { signRequest } from '../../src/sandbox/slack/sending/signing.ts';

/** An answer of the service, or of what stands in front of it. */
export type Reply = { readonly status: number | undefined; readonly headers: IncomingHttpHeaders };

/** `/b24task help` of one person, each time another one. */
export function helpBody(number: number): string {
  return new URLSearchParams({ ...help, trigger_id: String(number) }).toString();
}

const help = {
  team_id: 'T0ACME0000',
  user_id: 'U0ANNA0000',
  channel_id: 'C0GENERAL0',
  command: '/b24task',
  text: 'help',
};

/** One request, signed where there is a secret. Rejects where the connection is reset or refused. */
export function ask(
  port: number,
  agent: Agent | false,
  { path, body = '', secret }: { readonly path: string; readonly body?: string; readonly secret?: string },
): Promise<Reply> {
  const time = Math.floor(Date.now() / 1_000);
  const signed = secret && {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': String(time),
    'x-slack-signature': signRequest(secret, time, body),
  };
  const method = secret ? 'POST' : 'GET';
  return new Promise((resolve, reject) => {
    const sending = request({ host: '127.0.0.1', port, path, method, agent, headers: { ...signed } }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    sending.once('error', reject).end(body);
  });
}

import type { Clients, Workspace } from './clients.ts';
import { botScopes } from './scopes.ts';
import { faultOf } from './slack-fault.ts';

/**
 * What Slack says of the app's token. `missing`: scopes that the manifest asks for and the token lacks; absent where
 * Slack did not name the token's scopes.
 */
export type SlackFinding =
  | { readonly kind: 'accepted'; readonly missing?: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'no-answer' };

/** Asks Slack about the token in a workspace. Source: docs.slack.dev, `auth.test`, and the header `x-oauth-scopes`. */
export async function checkSlack(clients: Clients, workspace: Workspace): Promise<SlackFinding> {
  try {
    const client = await clients.patient(workspace);
    const { response_metadata: told } = await client.auth.test();
    const granted = told?.scopes;
    if (!granted) {
      return { kind: 'accepted' };
    }
    return { kind: 'accepted', missing: botScopes.filter((scope) => !granted.includes(scope)) };
  } catch (error) {
    const fault = faultOf(error);
    return fault.kind === 'refused' ? fault : { kind: 'no-answer' };
  }
}

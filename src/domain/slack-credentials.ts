import type { Secret } from './secret.ts';

/** How Slack reaches the service: by requests that it signs, or over connections that the service opens. */
export type SlackTransport =
  | { readonly mode: 'http'; readonly signingSecret: Secret }
  | { readonly mode: 'socket'; readonly appToken: Secret };

/** What the administrator gave for bot tokens: the token of one workspace, or the app that others install. */
export type SlackAppAccess =
  | { readonly kind: 'one-workspace'; readonly botToken: Secret }
  | ({ readonly kind: 'installable' } & SlackAppCredentials);

/** The app as Slack's OAuth knows it. */
export type SlackAppCredentials = {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** The app's own secret: it signs the state that a browser carries to Slack and back. */
  readonly stateSecret: Secret;
};

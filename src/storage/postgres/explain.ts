import { DatabaseError } from 'pg';
import type { Secret } from '../../domain/secret.ts';
import { StorageUnavailableError } from '../database.ts';

/** Why PostgreSQL cannot be used, and whether it may go away by waiting. */
export type Explained = {
  /** Says what to do, without any secret. */
  readonly reason: string;
  readonly passes: boolean;
};

type Rule = { readonly of: RegExp; readonly reason: string; readonly passes?: boolean };

const certificates = 'Name the file of its authority: sslrootcert=… in DATABASE_URL, or NODE_EXTRA_CA_CERTS';

/**
 * By what the server, a pooler or the system said: its code and its message. The first that fits counts.
 * Sources: PostgreSQL documentation, appendix A; PgBouncer's src/client.c; Node's tls and dns error codes; pg's
 * lib/connection.js (`The server does not support SSL connections`).
 */
const rules: readonly Rule[] = [
  {
    of: /no pg_hba\.conf entry.*no encryption|SSL required/,
    reason: 'it lets nobody in without TLS. Add sslmode=verify-full to DATABASE_URL',
  },
  {
    of: /^28|password authentication failed|no such user|SASL|auth_query/,
    reason: 'it refuses the user or the password of DATABASE_URL',
  },
  { of: /^3D000|no such database/, reason: 'there is no database of the name in DATABASE_URL. Create it first' },
  {
    of: /does not support SSL/,
    reason: 'it speaks no TLS, which sslmode in DATABASE_URL asks for. Switch TLS on there, or take sslmode out',
  },
  { of: /^CERT_HAS_EXPIRED/, reason: 'its certificate has expired. Renew it' },
  {
    of: /ALTNAME_INVALID/,
    reason: 'its certificate is for another name. Use the name of the certificate in DATABASE_URL',
  },
  {
    of: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    reason: `its certificate is not from an authority that is known here. ${certificates}`,
  },
  {
    of: /^ENOENT.*, open /,
    reason: 'a file that DATABASE_URL names cannot be read (sslrootcert, sslcert, sslkey)',
  },
  {
    of: /^ENOTFOUND|^EAI_AGAIN/,
    reason: 'there is no host of the name in DATABASE_URL, as far as DNS knows',
    passes: true,
  },
  {
    of: /^ECONNREFUSED|^ENOENT connect/,
    reason: 'nothing listens at the host and port of DATABASE_URL. Check both, and that the server is up',
    passes: true,
  },
  {
    of: /^EHOSTUNREACH|^ENETUNREACH|^ETIMEDOUT|timeout expired|connection timeout/,
    reason: 'no answer comes from the host of DATABASE_URL. Check the network, the firewall, and that the server is up',
    passes: true,
  },
  { of: /^57P03/, reason: 'it is still starting', passes: true },
  {
    of: /^53300|too many connections|no more connections/,
    reason: 'it has no connection left. A replica takes up to 19',
    passes: true,
  },
  {
    of: /unsupported startup parameter/,
    reason: 'the pooler in front of it refuses a start-up parameter. Take the options out of DATABASE_URL',
  },
  {
    of: /^42501/,
    reason: 'the user of DATABASE_URL lacks rights: it must own the tables, and may need GRANT CREATE ON SCHEMA public',
  },
  { of: /^25006/, reason: 'it takes no writes (a standby, or set read-only). Name the primary server in DATABASE_URL' },
  {
    of: /^ECONNRESET|Connection terminated|^EPIPE|^57P0|^08/,
    reason: 'it ends the connection. Check that a PostgreSQL server is there, and its log',
    passes: true,
  },
];

/** `undefined` where the failure is not one of PostgreSQL, or none that is known. */
export function explain(error: unknown): Explained | undefined {
  const said = whatWasSaid(error instanceof StorageUnavailableError ? error.cause : error);
  const rule = said === undefined ? undefined : rules.find(({ of }) => of.test(said));
  return rule && { reason: rule.reason, passes: rule.passes ?? false };
}

/** The error for the administrator, or the same where there is nothing better to say. */
export function explained(error: unknown): unknown {
  const found = explain(error);
  return found ? new StorageUnavailableError(`PostgreSQL cannot be used: ${found.reason}`, { cause: error }) : error;
}

/** Code and message; of several addresses that were tried, those of the first. */
function whatWasSaid(error: unknown): string | undefined {
  if (error instanceof AggregateError) {
    return whatWasSaid(error.errors[0]);
  }
  if (!(error instanceof Error)) {
    return undefined;
  }
  const code = error instanceof DatabaseError ? error.code : 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? `${code} ${error.message}` : error.message;
}

/**
 * Throws when the address falls apart elsewhere than was meant: characters that end a part of an address have to be
 * percent-encoded in a password, and the password would be taken for a host or a path.
 */
export function requireReadable(url: Secret): void {
  const text = url.reveal();
  const unreadable = 'DATABASE_URL cannot be read as an address.';
  const advice = 'In the password write % as %25, # as %23, / as %2F, ? as %3F, @ as %40, and so on';
  let parsed: URL;
  try {
    parsed = new URL(text);
    decodeURIComponent(parsed.username + parsed.password + parsed.pathname);
  } catch {
    throw new StorageUnavailableError(`${unreadable} ${advice}`);
  }
  const isTorn = parsed.hash !== '' || (parsed.username === '' && /@/.test(parsed.pathname + parsed.search));
  if (isTorn) {
    throw new StorageUnavailableError(`${unreadable} ${advice}`);
  }
}

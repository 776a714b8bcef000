import { lookup as askSystem, Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { type Clock, within } from '../domain/clock.ts';
import { createHostsFile, type HostsFile } from './hosts-file.ts';

/** One address that a host name stands for. */
export type HostAddress = { readonly address: string; readonly family: number };

/**
 * Every address of a host name; rejects with an error code when there is none, or none was found in time. `named`: the
 * administrator named this host, so that it may be one that only this machine knows.
 */
export type HostLookup = (hostname: string, options?: { readonly named: boolean }) => Promise<readonly HostAddress[]>;

/** What looking up hosts needs; name servers and hosts file are the system's unless given. */
export type HostLookupDeps = {
  readonly clock: Clock;
  /** Name servers as `address:port`; those of the system by default. */
  readonly servers?: readonly string[];
  readonly hosts?: HostsFile;
};

/** Less than a request has for leaving, connecting included. */
const withinMs = 3_000;
const perTry = { timeout: 1_000, tries: 2 };
/** How long the second family may take once the first has answered. Source: RFC 8305, 3 ("Resolution Delay"). */
const secondFamilyMs = 50;
/** Shorter than the first wait before an unreachable portal is tried again. */
const failureLastsMs = 3_000;
const maxFailures = 1_000;
/** Looking up takes milliseconds where anybody answers, so that only what hangs is ever so many. */
const maxUnderWay = 64;

/**
 * Creates the lookup, with a resolver of its own (c-ares) that has time limits and waits for nobody. The system's own,
 * `getaddrinfo`, runs in threads that the whole process shares, two of four at most (libuv, `src/threadpool.c`): names
 * whose servers never answer would hold up everybody else's. It is asked only where the administrator named a host that
 * DNS does not know: search domains, mDNS.
 *
 * One question per host is under way, whoever asks. When too many are, the oldest is given up: it is the one that
 * hangs. That a name could not be found is remembered for a moment; what was found never is, so that each connection is
 * made to an answer of its own.
 */
export function createHostLookup({ clock, servers, hosts = createHostsFile() }: HostLookupDeps): HostLookup {
  const underWay = new Map<string, Question>();
  const failures = createFailures(clock);

  return (hostname, { named } = { named: false }) => {
    const key = `${named} ${hostname}`;
    const failure = failures.find(key);
    if (failure) {
      return Promise.reject(failure);
    }
    const question = underWay.get(key) ?? ask(key, hostname, named);
    return question.answer;
  };

  function ask(key: string, hostname: string, named: boolean): Question {
    makeRoom();
    const resolver = new Resolver(perTry);
    if (servers) {
      resolver.setServers(servers);
    }
    const { promise: answer, resolve, reject } = Promise.withResolvers<readonly HostAddress[]>();
    const question: Question = { answer, giveUp: (code) => fail(new LookupGivenUpError(code)) };
    underWay.set(key, question);
    const callOff = clock.schedule(withinMs, () => question.giveUp('DNS_TIMEOUT'));
    find(resolver, hostname, named).then((found) => {
      end();
      resolve(found);
    }, fail);
    return question;

    function fail(error: unknown): void {
      if (underWay.get(key) === question) {
        failures.note(key, error);
        end();
        reject(error);
      }
    }

    function end(): void {
      underWay.delete(key);
      callOff();
      resolver.cancel();
    }
  }

  function makeRoom(): void {
    const [oldest] = underWay.values();
    if (oldest && underWay.size >= maxUnderWay) {
      oldest.giveUp('DNS_BUSY');
    }
  }

  async function find(resolver: Resolver, hostname: string, named: boolean): Promise<readonly HostAddress[]> {
    const listed = hosts(hostname);
    if (listed.length > 0) {
      return listed.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    }
    try {
      return await askServers(resolver, hostname);
    } catch (error) {
      if (named && isUnknown(error)) {
        return askSystem(hostname, { all: true });
      }
      throw error;
    }
  }

  /** IPv4 first: connecting goes on to the other family by itself, and this one works everywhere. */
  async function askServers(resolver: Resolver, hostname: string): Promise<readonly HostAddress[]> {
    const second = addressesFrom(resolver.resolve6(hostname), 6);
    const first = await addressesFrom(resolver.resolve4(hostname), 4);
    if ('addresses' in first) {
      const more = await within(clock, secondFamilyMs, second, () => undefined);
      return more && 'addresses' in more ? [...first.addresses, ...more.addresses] : first.addresses;
    }
    const other = await second;
    if ('addresses' in other) {
      return other.addresses;
    }
    throw codeOf(first.error) === 'ENODATA' ? other.error : first.error;
  }
}

/** A name that is being looked up. Giving up rejects the answer with an error of this code. */
type Question = { readonly answer: Promise<readonly HostAddress[]>; giveUp(code: string): void };

/** A name was not found out in time. Carries no name. */
class LookupGivenUpError extends Error {
  override readonly name = 'LookupGivenUpError';
  readonly code: string;

  constructor(code: string) {
    super('the name of a host was not found out in time');
    this.code = code;
  }
}

/** Remembers for a moment which names could not be found; the oldest give way. */
function createFailures(clock: Pick<Clock, 'monotonic'>) {
  const failures = new Map<string, { readonly error: unknown; readonly until: number }>();
  return {
    find(key: string): unknown {
      const failure = failures.get(key);
      return failure && failure.until > clock.monotonic() ? failure.error : undefined;
    },
    note(key: string, error: unknown): void {
      failures.delete(key);
      const [oldest] = failures.keys();
      if (oldest !== undefined && failures.size >= maxFailures) {
        failures.delete(oldest);
      }
      failures.set(key, { error, until: clock.monotonic() + failureLastsMs });
    },
  };
}

type Addresses = { readonly addresses: readonly HostAddress[] } | { readonly error: unknown };

function addressesFrom(asked: Promise<readonly string[]>, family: number): Promise<Addresses> {
  return asked.then(
    (found) => ({ addresses: found.map((address) => ({ address, family })) }),
    (error: unknown) => ({ error }),
  );
}

/**
 * DNS answered that there is no such name, or there is no DNS here. Source: Node.js documentation, "DNS, error codes".
 */
function isUnknown(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'ECONNREFUSED', 'EBADNAME'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

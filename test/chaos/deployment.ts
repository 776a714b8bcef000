import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';
import { type Relay, startRelay } from './relay.ts';
import { type Exit, type Program, type ServiceProcess, type Settings, startServiceProcess } from './service-process.ts';
import type { Span } from './span.ts';

/** The running product: one process or several behind one address, and what is done to them. */
export type Deployment = {
  readonly url: string;
  /** The addresses of the living replicas themselves. */
  readonly replicaUrls: readonly string[];
  /** The way of each replica to its database. */
  readonly databases: readonly Relay[];
  /** When something could not write down what it had just done (epoch ms). */
  readonly outages: readonly Outage[];
  /** The last lines that the running replicas logged. */
  readonly log: readonly string[];
  /** Whatever ended without having been told to. */
  readonly surprises: readonly string[];
  /** Does harm as long as the span lasts, then mends everything. */
  harm(randomOf: (name: string) => Random, span: Span): Promise<void>;
  /** SIGTERM to everybody, together. */
  stop(): Promise<readonly Exit[]>;
} & AsyncDisposable;

/** From a kill until its replacement works, or as long as the database was out of reach. */
export type Outage = { readonly from: number; readonly to: number };

type Replica = {
  readonly database: Relay | undefined;
  readonly settings: Settings;
  process: ServiceProcess | undefined;
};

/** How the product is deployed in a chaos run. */
export type DeploymentOptions = {
  readonly settings: Settings;
  readonly replicas: number;
  /** Each replica reaches its database through a relay of its own. */
  readonly databaseUrl?: string;
  readonly program?: Program;
};

/** Starts the replicas behind an entrance that gives each new connection to the next living one. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { settings, databaseUrl } = options;
  const replicas = await Promise.all(
    Array.from({ length: options.replicas }, () => prepareReplica(settings, databaseUrl)),
  );
  const outages: Outage[] = [];
  const surprises: string[] = [];
  let turn = 0;
  const entrance = await startRelay(() => {
    const living = portsOf(replicas);
    turn += 1;
    return living[turn % Math.max(1, living.length)];
  });
  await Promise.all(replicas.map(start));

  return {
    url: eventsAt(entrance.port),
    get replicaUrls() {
      return portsOf(replicas).map(eventsAt);
    },
    databases: replicas.flatMap(({ database }) => database ?? []),
    outages,
    surprises,
    get log() {
      return replicas.flatMap(({ process }) => process?.log ?? []);
    },
    async harm(randomOf, span) {
      const cut = replicas.slice(1).slice(-1);
      const killed = replicas.filter((replica) => !cut.includes(replica));
      await Promise.all([strike(killed, killOne, randomOf('kill')), strike(cut, cutOff, randomOf('cut'))]);

      async function strike(victims: readonly Replica[], blow: typeof killOne, random: Random): Promise<void> {
        while (span.isOn && victims.length > 0) {
          await span.pause(random.between(1_000, 4_000));
          const victim = victims[Math.floor(random.next() * victims.length)];
          if (span.isOn && victim) {
            await blow(victim, random);
          }
        }
      }
    },
    stop: () => Promise.all(replicas.flatMap(({ process }) => (process ? [process.stop()] : []))),
    async [Symbol.asyncDispose]() {
      await Promise.all(replicas.map(({ process }) => process?.kill()));
      await Promise.all([entrance.close(), ...replicas.map(({ database }) => database?.close())]);
    },
  };

  async function start(replica: Replica): Promise<void> {
    const process = await startServiceProcess(replica.settings, options.program);
    replica.process = process;
    void process.ended.then(({ code }) => {
      if (replica.process === process && code !== 0) {
        surprises.push(`ended with ${code}: ${process.log.join('\n')}`);
      }
    });
  }

  async function killOne(replica: Replica, random: Random): Promise<void> {
    const { process } = replica;
    const from = Date.now();
    replica.process = undefined;
    await process?.kill();
    await pause(random.between(0, 500));
    await start(replica);
    outages.push({ from, to: Date.now() });
  }

  async function cutOff({ database }: Replica, random: Random): Promise<void> {
    const from = Date.now();
    if (random.next() < 0.5) {
      database?.hold();
    } else {
      database?.sever();
    }
    await pause(random.between(300, 3_000));
    database?.heal();
    outages.push({ from, to: Date.now() });
  }
}

function portsOf(replicas: readonly Replica[]): readonly number[] {
  return replicas.flatMap(({ process }) => (process ? [process.port] : []));
}

/** Where Slack sends everything to a service that listens on this port. */
export function eventsAt(port: number): string {
  return `http://127.0.0.1:${port}/slack/events`;
}

async function prepareReplica(settings: Settings, databaseUrl: string | undefined): Promise<Replica> {
  if (databaseUrl === undefined) {
    return { database: undefined, settings, process: undefined };
  }
  const url = new URL(databaseUrl);
  const port = Number(url.port);
  const database = await startRelay(() => port);
  url.port = String(database.port);
  url.hostname = '127.0.0.1';
  return { database, settings: { ...settings, DATABASE_URL: url.href }, process: undefined };
}

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type DatabaseGauges, watchDatabase } from './database-gauges.ts';

/** What the service counts. No label comes from a person, a portal or a message, so that each has few values. */
export type Metrics = {
  /** A message was stored for delivery. */
  accepted(): void;
  /** A message was not taken; nothing of it was stored. */
  refused(reason: string): void;
  /** `afterMs`: how long after it was accepted. */
  delivered(afterMs: number): void;
  stepped(step: string, failure: string): void;
  leaseLost(): void;
  reported(kind: string, result: string): void;
  portalCalled(method: string, outcome: string, tookMs: number): void;
  slackCalled(method: string, outcome: string): void;
  /** A file was read from Slack, or was to be. */
  fileRead(outcome: string, bytes: number, tookMs: number): void;
  /** An answer of the HTTP server. */
  answered(status: number): void;
  stored(operation: string, tookMs: number, isFailed: boolean): void;
  /** From now on each scrape asks the database too. */
  watch(database: DatabaseGauges): void;
  /** The Prometheus exposition text. */
  expose(): Promise<string>;
  readonly contentType: string;
};

/** What a build is known by. */
export type BuildInfo = { readonly version: string; readonly engine: 'sqlite' | 'postgres' };

const seconds = {
  /** From the next second to the 23 hours after which a message is given up. */
  delivery: [0.25, 0.5, 1, 2, 5, 15, 60, 300, 1_800, 7_200, 28_800, 86_400],
  /** Up to the portal's own limit of a minute. */
  call: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 65],
  /** A file comes as fast as the portal takes it. */
  file: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
  storage: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
};

/** Creates the metrics of one service. */
export function createMetrics({ version, engine }: BuildInfo): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'b24task_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'node', 'engine'] as const,
    registers,
  }).set({ version, node: process.versions.node, engine }, 1);
  const deliveries = deliveryMetrics(registers);
  const calls = callMetrics(registers);
  let refresh = async () => {};
  return {
    ...deliveries,
    ...calls,
    watch(database) {
      refresh = watchDatabase(registry, database);
    },
    async expose() {
      await refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

type Registers = readonly Registry[];
type Delivering = Pick<Metrics, 'accepted' | 'refused' | 'delivered' | 'stepped' | 'leaseLost' | 'reported'>;
type Calling = Pick<Metrics, 'portalCalled' | 'slackCalled' | 'fileRead' | 'answered' | 'stored'>;

function deliveryMetrics(given: Registers): Delivering {
  const registers = [...given];
  const accepted = new Counter({ name: 'b24task_accepted_total', help: 'Messages stored for delivery', registers });
  const refused = new Counter({
    name: 'b24task_refused_total',
    help: 'Messages that were not taken, by the reason that their senders were told',
    labelNames: ['reason'] as const,
    registers,
  });
  const delivered = new Histogram({
    name: 'b24task_delivery_seconds',
    help: 'From acceptance to the answer of the portal that the message is there',
    buckets: seconds.delivery,
    registers,
  });
  const last = new Gauge({
    name: 'b24task_last_delivered_timestamp_seconds',
    help: 'When this process last delivered a message',
    registers,
  });
  const steps = new Counter({
    name: 'b24task_delivery_steps_total',
    help: 'What attempts and deadlines made of deliveries',
    labelNames: ['step', 'failure'] as const,
    registers,
  });
  const leases = new Counter({
    name: 'b24task_leases_lost_total',
    help: 'Outcomes that came after their lease had ended, so that another process decides',
    registers,
  });
  const reports = new Counter({
    name: 'b24task_reports_total',
    help: 'Replies to senders',
    labelNames: ['kind', 'result'] as const,
    registers,
  });
  return {
    accepted: () => accepted.inc(),
    refused: (reason) => refused.inc({ reason }),
    delivered(afterMs) {
      delivered.observe(Math.max(0, afterMs) / 1_000);
      last.setToCurrentTime();
    },
    stepped: (step, failure) => steps.inc({ step, failure }),
    leaseLost: () => leases.inc(),
    reported: (kind, result) => reports.inc({ kind, result }),
  };
}

function callMetrics(given: Registers): Calling {
  const registers = [...given];
  const portals = new Histogram({
    name: 'b24task_portal_call_seconds',
    help: 'Calls of portals, by method and by what came of them',
    labelNames: ['method', 'outcome'] as const,
    buckets: seconds.call,
    registers,
  });
  const slack = new Counter({
    name: 'b24task_slack_calls_total',
    help: 'Calls of Slack, by method and by what came of them; response_url is the way of most replies',
    labelNames: ['method', 'outcome'] as const,
    registers,
  });
  const files = new Histogram({
    name: 'b24task_file_seconds',
    help: 'Reading files from Slack while they go to portals, by what came of it',
    labelNames: ['outcome'] as const,
    buckets: seconds.file,
    registers,
  });
  const bytes = new Counter({ name: 'b24task_file_bytes_total', help: 'Bytes of files read from Slack', registers });
  const answers = new Counter({
    name: 'b24task_http_answers_total',
    help: 'Answers of the HTTP server, by status',
    labelNames: ['status'] as const,
    registers,
  });
  const storage = new Histogram({
    name: 'b24task_storage_seconds',
    help: 'Work of the storage',
    labelNames: ['operation'] as const,
    buckets: seconds.storage,
    registers,
  });
  const failures = new Counter({
    name: 'b24task_storage_errors_total',
    help: 'Work of the storage that failed',
    labelNames: ['operation'] as const,
    registers,
  });
  return {
    portalCalled: (method, outcome, tookMs) => portals.observe({ method, outcome }, tookMs / 1_000),
    slackCalled: (method, outcome) => slack.inc({ method, outcome }),
    fileRead(outcome, size, tookMs) {
      files.observe({ outcome }, tookMs / 1_000);
      bytes.inc(size);
    },
    answered: (status) => answers.inc({ status }),
    stored(operation, tookMs, isFailed) {
      storage.observe({ operation }, tookMs / 1_000);
      if (isFailed) {
        failures.inc({ operation });
      }
    },
  };
}

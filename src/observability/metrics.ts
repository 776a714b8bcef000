import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Counts of what the outbox holds now. */
export type Backlog = { readonly waiting: number; readonly sending: number; readonly parked: number };

/** The counters of the service. Labels have few values each, and none comes from a person or a portal. */
export type Metrics = {
  accepted(): void;
  stepped(step: string, failure: string): void;
  reported(kind: string, result: string): void;
  /** The Prometheus exposition text. */
  expose(): Promise<string>;
  readonly contentType: string;
};

/** Creates the metrics of one service; `backlog` is asked at each scrape. */
export function createMetrics(backlog: () => Promise<Backlog>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const accepted = new Counter({ name: 'b24task_accepted_total', help: 'Messages stored for delivery', registers });
  const steps = new Counter({
    name: 'b24task_delivery_steps_total',
    help: 'What attempts and deadlines made of deliveries',
    labelNames: ['step', 'failure'] as const,
    registers,
  });
  const reports = new Counter({
    name: 'b24task_reports_total',
    help: 'Replies to senders',
    labelNames: ['kind', 'result'] as const,
    registers,
  });
  new Gauge({
    name: 'b24task_backlog',
    help: 'Deliveries that have not ended',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      for (const [state, count] of Object.entries(await backlog())) {
        this.set({ state }, count);
      }
    },
  });
  return {
    accepted: () => accepted.inc(),
    stepped: (step, failure) => steps.inc({ step, failure }),
    reported: (kind, result) => reports.inc({ kind, result }),
    expose: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Before or after the method is executed: after a `before` nothing has happened, after an `after` it has. */
export type Moment = 'before' | 'after';

/** What can go wrong between a client and a portal, whatever the client reads. */
export type Fault =
  /**
   * `before`: the method runs late, even when the client has hung up; `after`: it runs at once and the answer is late.
   */
  | { readonly kind: 'slow'; readonly ms: number; readonly moment: Moment }
  /** Waits, before or after executing, until a test lets it go; made by FaultControl.hold only. */
  | { readonly kind: 'held'; readonly moment: Moment; readonly arrived: () => void; readonly released: Promise<void> }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset'; readonly moment: Moment }
  /** No answer, and the connection stays open. */
  | { readonly kind: 'lost'; readonly moment: Moment }
  /** Executed; the answer breaks off half-way. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'html'; readonly status: number; readonly moment: Moment }
  | { readonly kind: 'empty'; readonly status: number; readonly moment: Moment }
  /** Status 200 and JSON by its header, but not an answer of Bitrix24. */
  | { readonly kind: 'garbage'; readonly moment: Moment }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly status: number;
      readonly shape: 'flat' | 'v3';
      readonly moment: Moment;
    }
  /** Instead of executing: exactly this; made by tests only. */
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** `to` is an origin (the path is kept) or a path on this portal. */
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string }
  /** Executed; valid JSON of this many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number; readonly moment: Moment }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'time-limit'; readonly shape: 'flat' | 'v3' }
  | PortalCondition;

/** A state of the whole portal rather than of one request. */
type PortalCondition =
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'plan' }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'https' }
  /** `flat`: no REST 3 at all; `v3`: REST 3 without the methods of tasks. REST 2 works in both. */
  | { readonly kind: 'too-old'; readonly shape: 'flat' | 'v3' }
  /** The new task card is switched off: REST 3 of tasks refuses everybody. REST 2 works. */
  | { readonly kind: 'old-card' };

/** What a script is told about a request; no secrets. */
export type RequestInfo = {
  readonly seq: number;
  readonly at: number;
  readonly generation: 'v2' | 'v3';
  readonly method: string;
  readonly key: string | undefined;
  readonly bodyHash: string;
};

/** One request that stands still until it is let go. */
type Hold = {
  /** Resolves when the request has come to the point where it waits. */
  readonly arrived: Promise<void>;
  release(): void;
};

/** Switches faults on and off. Planned faults come first, then the script, then the fault of all requests. */
export type FaultControl = {
  /** For every request from now on; `undefined` switches off. */
  set(fault: Fault | undefined): void;
  readonly current: Fault | undefined;
  /** For the next requests; several calls queue up. */
  next(fault: Fault, times?: number): void;
  /**
   * Holds the next request (after those planned) before or after its method runs, for tests that must not depend on
   * time.
   */
  hold(moment: Moment): Hold;
  /** Asked for every request that no planned fault takes. */
  script(script: ((request: RequestInfo) => Fault | undefined) | undefined): void;
  /** Switches everything off. */
  clear(): void;
};

/** `pick` is the portal's side: the fault for this request, taken from the plan. */
export function createFaultControl(): FaultControl & { pick(request: RequestInfo): Fault | undefined } {
  let current: Fault | undefined;
  let script: ((request: RequestInfo) => Fault | undefined) | undefined;
  const planned: Fault[] = [];
  return {
    set(fault) {
      current = fault;
    },
    get current() {
      return current;
    },
    next(fault, times = 1) {
      for (let count = 0; count < times; count += 1) {
        planned.push(fault);
      }
    },
    hold(moment) {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      planned.push({ kind: 'held', moment, arrived: arrival.resolve, released: release.promise });
      return { arrived: arrival.promise, release: release.resolve };
    },
    script(value) {
      script = value;
    },
    clear() {
      current = undefined;
      script = undefined;
      planned.length = 0;
    },
    pick: (request) => planned.shift() ?? script?.(request) ?? current,
  };
}

import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Version 00 of the header. Source: W3C Recommendation "Trace Context", section 3.2. */
const form = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Runs `work` as a part of the trace that a request's `traceparent` names; without a valid one, as it is. A sender can only
 * put hexadecimal digits into the log with it.
 */
export function withTrace<Value>(traceparent: string | undefined, work: () => Value): Value {
  return traceparent !== undefined && form.test(traceparent) ? current.run(traceparent, work) : work();
}

/** Runs `work` for everybody, whoever happened to begin it. */
export function outsideTrace<Value>(work: () => Value): Value {
  return current.exit(work);
}

/** The header for calls that are made because of the request at hand. */
export function traceHeader(): { readonly traceparent?: string } {
  const traceparent = current.getStore();
  return traceparent === undefined ? {} : { traceparent };
}

/** The field for its log lines. */
export function traceField(): { readonly trace?: string } {
  const id = form.exec(current.getStore() ?? '')?.[1];
  return id === undefined ? {} : { trace: id };
}

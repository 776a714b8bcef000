import type { Dispatcher } from 'undici';
import type { Clock } from '../domain/clock.ts';
import type { BodyBuffer } from './answer-bodies.ts';

/** How long an attempt may take, on the monotonic clock, in ms. */
export type CallLimits = {
  /** A request that has not left this long after the call is given up and never sent; connecting counts. */
  readonly leaveWithinMs: number;
  /**
   * The whole answer must be here this long after the request left. Of a streamed one each piece of its body starts
   * that anew.
   */
  readonly answerWithinMs: number;
  /** The whole attempt, for callers that a person waits for. */
  readonly totalMs?: number;
};

/** An answer as it came. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** May be cut: the connection broke, the time ran out or it was too long. */
  readonly text: string;
};

/**
 * What became of an attempt. `not-sent`: no whole request left, and none will. `lost`: it may have reached the
 * portal, and no answer came. `cause` is an error code for the log.
 */
export type CallResult =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly sinceLeftMs: number; readonly cause?: string }
  | { readonly kind: 'lost'; readonly sinceLeftMs: number; readonly cause: string }
  | { readonly kind: 'not-sent'; readonly cause: string };

type Ending = { readonly resolve: (result: CallResult) => void; readonly reject: (bug: Error) => void };

/** A proxy on the way may send a few; undici sets no limit of its own (`client-h1.js`, `onHeadersComplete`). */
const maxInterimAnswers = 20;

/**
 * One attempt, as undici reports it. Undici announces a request (`onRequestStart`) in the same turn of the event loop
 * in which it writes it to a connected socket, so this is where "not sent" ends. Throwing there drops the request
 * without a byte and keeps the connection; aborting would close the connection under other requests.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: CallLimits;
  readonly #clock: Clock;
  readonly #ending: Ending;
  readonly #startedAt: number;
  readonly #body: BodyBuffer;
  #interimAnswers = 0;
  #stopTimer: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #leftAt: number | undefined;
  #head: Omit<Answer, 'text'> | undefined;
  #ended = false;

  constructor(limits: CallLimits, body: BodyBuffer, clock: Clock, ending: Ending) {
    this.#limits = limits;
    this.#body = body;
    this.#clock = clock;
    this.#ending = ending;
    this.#startedAt = clock.monotonic();
    this.#stopTimer = clock.schedule(this.#leaveWithinMs(), () => this.#end('LEAVE_TIMEOUT'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const now = this.#clock.monotonic();
    if (this.#ended || this.#leftAt !== undefined) {
      throw new RequestDroppedError('ALREADY_ENDED');
    }
    // The timer may be late when the event loop was held up.
    if (now - this.#startedAt > this.#leaveWithinMs()) {
      throw new RequestDroppedError('LEAVE_TIMEOUT');
    }
    this.#leftAt = now;
    this.#controller = controller;
    this.#stopTimer();
    this.#stopTimer = this.#clock.schedule(this.#answerWithinMs(now), () => this.#giveUp('ANSWER_TIMEOUT'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    if (status >= 200) {
      this.#head = { status, headers };
      return;
    }
    this.#interimAnswers += 1;
    if (this.#interimAnswers > maxInterimAnswers) {
      this.#giveUp('TOO_MANY_INTERIM_ANSWERS');
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const refusal = this.#ended ? undefined : this.#body.append(chunk);
    if (refusal) {
      this.#giveUp(refusal);
    }
  }

  onResponseEnd(): void {
    this.#end(undefined);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Another piece of the request is about to leave. */
  progress(): void {
    if (!this.#ended && this.#leftAt !== undefined) {
      this.#stopTimer();
      const leftMs = this.#answerWithinMs(this.#clock.monotonic());
      this.#stopTimer = this.#clock.schedule(leftMs, () => this.#giveUp('ANSWER_TIMEOUT'));
    }
  }

  /** Ends the attempt because of an error, of undici or of a check before it. */
  fail(error: Error): void {
    const code = codeOf(error);
    // Once it has left, undici says the same of a proxy that asks for a password (407).
    if (code === 'UND_ERR_INVALID_ARG' && !this.#ended && this.#leftAt === undefined) {
      this.#stop();
      this.#body.close();
      this.#ending.reject(new Error('the request cannot be expressed in HTTP', { cause: code }));
    } else {
      this.#end(code);
    }
  }

  #leaveWithinMs(): number {
    return Math.min(this.#limits.leaveWithinMs, this.#limits.totalMs ?? Number.POSITIVE_INFINITY);
  }

  #answerWithinMs(leftAt: number): number {
    const { answerWithinMs, totalMs = Number.POSITIVE_INFINITY } = this.#limits;
    return Math.max(0, Math.min(answerWithinMs, totalMs - (leftAt - this.#startedAt)));
  }

  /** Ends first, so that what undici reports about the abort finds the attempt over. */
  #giveUp(cause: string): void {
    this.#end(cause);
    this.#controller?.abort(new RequestDroppedError(cause));
  }

  #end(cause: string | undefined): void {
    if (this.#ended) {
      return;
    }
    this.#stop();
    this.#ending.resolve(this.#result(cause));
  }

  #stop(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  #result(cause: string | undefined): CallResult {
    const text = this.#body.close();
    if (this.#leftAt === undefined) {
      return { kind: 'not-sent', cause: cause ?? 'UNKNOWN' };
    }
    const sinceLeftMs = this.#clock.monotonic() - this.#leftAt;
    if (!this.#head) {
      return { kind: 'lost', sinceLeftMs, cause: cause ?? 'UNKNOWN' };
    }
    return { kind: 'answered', answer: { ...this.#head, text }, sinceLeftMs, ...(cause ? { cause } : {}) };
  }
}

/** Tells undici to forget a request. */
class RequestDroppedError extends Error {
  override readonly name = 'RequestDroppedError';
  readonly code: string;

  constructor(code: string) {
    super('the request was given up');
    this.code = code;
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

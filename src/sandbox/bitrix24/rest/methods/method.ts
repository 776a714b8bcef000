import type { PortalState, PortalUser } from '../../state.ts';
import type { MethodOutcome } from '../../wire/answers.ts';

/** The parameters of a call as they were read, not yet checked. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The person who calls, known after authentication. */
export type Caller = {
  readonly user: PortalUser;
  readonly scopes: readonly string[];
  /** The webhook or application; limits and idempotency keys are counted per credential. */
  readonly credential: string;
};

/** One call of a method that has passed every check. */
export type MethodCall = {
  readonly state: PortalState;
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly idempotencyKey: string | undefined;
};

/** A method of REST. */
export type RestMethod = {
  readonly name: string;
  /** One of these is needed; an empty list means that every credential may call it. */
  readonly scopes: readonly string[];
  /** Methods that create, change or delete take the Idempotency-Key. */
  readonly writes: boolean;
  run(call: MethodCall): MethodOutcome;
};

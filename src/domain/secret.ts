const shown = '[redacted]';

/** Node's hook for console output and assertion messages; named by symbol so that the domain imports nothing. */
const inspection = Symbol.for('nodejs.util.inspect.custom');

/**
 * A token, webhook secret or response URL: it prints as `[redacted]` wherever it is logged, inspected or serialised.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself, for the one place that sends or encrypts it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspection](): string {
    return shown;
  }
}

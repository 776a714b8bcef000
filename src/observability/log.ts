import { type DestinationStream, pino } from 'pino';
import type { Log } from '../domain/log.ts';
import { redact } from './redaction.ts';
import { traceField } from './trace.ts';

/** Where log lines go: one JSON object per line. */
export type LogSink = { write(line: string): void };

/** Creates the service's log at a pino level. Every line passes `redact`. */
export function createLog(level: string, sink: LogSink): Log {
  const destination: DestinationStream = { write: (line) => sink.write(redact(line)) };
  return pino(
    {
      level,
      base: null,
      mixin: traceField,
      serializers: { error: describeError },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}

/** The parts of an error that help, and none that libraries attach: those may hold a request with its secrets. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return { name: 'thrown', message: typeof error };
  }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

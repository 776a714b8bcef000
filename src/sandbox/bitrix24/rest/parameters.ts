import { isRecord, parsePhpJson } from '../wire/unknown-values.ts';
import type { Parameters } from './methods/method.ts';

/** REST 3 reads JSON bodies only, never the query. `undefined` when the body is not a JSON object. */
export function readV3Parameters(body: Buffer, contentType: string): Parameters | undefined {
  if (body.length === 0) {
    return {};
  }
  if (!/^application\/json\b/i.test(contentType)) {
    return undefined;
  }
  const parsed = parsePhpJson(body);
  return isRecord(parsed) ? parsed : undefined;
}

/** REST 2 takes a JSON body, and reads one that is none as no parameters at all. */
export function readV2Parameters(body: Buffer, contentType: string): Parameters {
  return readV3Parameters(body, contentType) ?? {};
}

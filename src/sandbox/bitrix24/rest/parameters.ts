import { isRecord, parsePhpJson } from '../wire/unknown-values.ts';
import type { Parameters } from './methods/method.ts';

/** REST 3 reads JSON bodies only, never the query. Undefined: the body is not a JSON object. */
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

/** REST 2 takes the query, a JSON body or a form in PHP's bracket notation; the body wins. */
export function readV2Parameters(query: URLSearchParams, body: Buffer, contentType: string): Parameters {
  const fromQuery = readBrackets(query);
  if (/^application\/json\b/i.test(contentType)) {
    const parsed = parsePhpJson(body);
    return isRecord(parsed) ? { ...fromQuery, ...parsed } : fromQuery;
  }
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  return isForm ? { ...fromQuery, ...readBrackets(new URLSearchParams(body.toString('utf8'))) } : fromQuery;
}

type Tree = Map<string, string | Tree>;

function readBrackets(pairs: URLSearchParams): Parameters {
  const root: Tree = new Map();
  for (const [name, value] of pairs) {
    const path = [name.replace(/\[.*$/s, ''), ...Array.from(name.matchAll(/\[([^\]]*)\]/g), (match) => match[1] ?? '')];
    place(root, path, value);
  }
  return Object.fromEntries(Array.from(root, ([key, value]) => [key, toValue(value)]));
}

function place(tree: Tree, path: readonly string[], value: string): void {
  const [first = '', ...rest] = path;
  const key = first === '' ? String(tree.size) : first;
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const existing = tree.get(key);
  const branch: Tree = existing instanceof Map ? existing : new Map();
  tree.set(key, branch);
  place(branch, rest, value);
}

function toValue(value: string | Tree): unknown {
  if (typeof value === 'string') {
    return value;
  }
  const entries = Array.from(value, ([key, item]): [string, unknown] => [key, toValue(item)]);
  const isList = entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

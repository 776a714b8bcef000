/** Where a request wants to go: which generation of REST, which method, and the credential that stands in the path. */
export type RestAddress = {
  readonly generation: 'v2' | 'v3';
  readonly method: string;
  readonly webhook?: { readonly userId: string; readonly secret: string };
};

/**
 * Reads `/rest/api/{user}/{secret}/{method}`, `/rest/api/{method}`, `/rest/{user}/{secret}/{method}[.json]` and
 * `/rest/{method}[.json]`. `undefined` for other addresses. A missing method is the empty string.
 */
export function readRestAddress(pathname: string): RestAddress | undefined {
  const segments = decodeSegments(pathname);
  if (segments === undefined || segments[0] !== 'rest') {
    return undefined;
  }
  const generation = segments[1] === 'api' ? 'v3' : 'v2';
  const [first = '', second, third, ...more] = segments.slice(generation === 'v3' ? 2 : 1);
  if (more.length > 0) {
    return undefined;
  }
  if (second === undefined) {
    return { generation, method: methodName(first, generation) };
  }
  return { generation, method: methodName(third ?? '', generation), webhook: { userId: first, secret: second } };
}

function decodeSegments(pathname: string): string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function methodName(segment: string, generation: 'v2' | 'v3'): string {
  const name = segment.toLowerCase();
  return generation === 'v2' ? name.replace(/\.json$/, '') : name;
}

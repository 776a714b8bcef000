declare const portalOrigin: unique symbol;
declare const taskId: unique symbol;

/** Origin of one Bitrix24 installation, as `URL.origin` writes it: `https://acme.bitrix24.com`. */
export type PortalOrigin = string & { readonly [portalOrigin]: true };

/** Number of a task within its portal: a positive safe integer. */
export type TaskId = number & { readonly [taskId]: true };

/** The size of a portal's leaky bucket. */
export type Rate = {
  /** Calls that may leave at once. */
  readonly burst: number;
  /** Calls by which it refills. */
  readonly perSecond: number;
};

/** No host name is longer. Source: RFC 1035, 2.3.4. */
const maxHostLength = 253;

/**
 * The origin of `text` when it is an absolute http or https URL, else `undefined`. Dots at the end of the host are
 * dropped.
 */
export function portalOriginOf(text: string): PortalOrigin | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return undefined;
  }
  url.hostname = url.hostname.replace(/\.+$/, '');
  return url.hostname.length <= maxHostLength && isOrigin(url.origin) ? url.origin : undefined;
}

/**
 * Whether two origins differ in their scheme at most: the same host and port, or the standard ports of both, left out
 * or written. At any other port another portal may answer.
 */
export function hasSameHost(one: PortalOrigin, other: PortalOrigin): boolean {
  return hostWithPort(one) === hostWithPort(other);
}

/**
 * Whether a portal is in Bitrix24's cloud, which has the same limits everywhere. Source: the addresses of Bitrix24's
 * regions, such as bitrix24.com, bitrix24.com.br and bitrix24.ru; what is under a domain of one's own is not known.
 */
export function isCloudPortal(portal: PortalOrigin): boolean {
  return /\.bitrix24\.[a-z]{2,6}(?:\.[a-z]{2})?$/.test(new URL(portal).hostname);
}

/** The task number written in `text` (decimal digits only), else `undefined`. */
export function taskIdOf(text: string): TaskId | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return isTaskId(value) ? value : undefined;
}

/**
 * Address of a task as its reader sees it.
 * Source: `link` of tasks.task.get, Bitrix24 REST 3.0; the user in the path is the reader.
 */
export function taskUrl(portal: PortalOrigin, readerId: string, task: TaskId): string {
  return `${portal}/company/personal/user/${readerId}/tasks/task/view/${task}/`;
}

/** Whether `value` can be a task number. */
export function isTaskId(value: number): value is TaskId {
  return Number.isSafeInteger(value) && value > 0;
}

function hostWithPort(origin: PortalOrigin): string {
  return new URL(origin).host.replace(/:(?:80|443)$/, '');
}

function isOrigin(text: string): text is PortalOrigin {
  return text !== 'null';
}

import type { DeliveryEvents } from '../../src/delivery/ports.ts';

/** Events that nobody listens to. */
export const silentEvents: DeliveryEvents = {
  accepted() {},
  refused() {},
  stepped() {},
  leaseLost() {},
  reported() {},
};

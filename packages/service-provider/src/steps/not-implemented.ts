import { notImplemented } from '@joinery/scim';
import type { Step } from '../exchange.ts';

/** 501 for what RFC 7644 names and this service provider does not offer; `/ServiceProviderConfig` says the same. */
export function refuseAsNotImplemented(feature: string): Step {
  return () => {
    throw notImplemented({ detail: `${feature} is not supported; /ServiceProviderConfig lists what is.` });
  };
}

import { credentialOf, type Step } from '../exchange.ts';

/** Waits for the tenant's turn before the body is read; the place is given back when the answer has been sent. */
export const admit: Step = async (exchange) => {
  exchange.leave = await exchange.provider.admission.enter(credentialOf(exchange).tenantId);
  return undefined;
};

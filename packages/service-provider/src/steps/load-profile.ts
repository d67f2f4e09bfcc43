import type { Step } from '../exchange.ts';

/** Sets what the credential's tenant is served; without a credential it stays what every tenant is served. */
export const loadProfile: Step = async (exchange) => {
  const { credential, provider } = exchange;
  if (credential !== undefined) exchange.profile = await provider.profiles.of(credential.tenantId);
  return undefined;
};

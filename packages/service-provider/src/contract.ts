/**
 * What every implementation of the ports must do, as cases that need no test framework: a runner calls `run` with a
 * fresh subject per case and reports what it throws, e.g.
 * `for (const { name, run } of resourceStoreContract) test(name, async () => run(await newSubject()))`.
 */
export type { ContractCase } from './contract/case.ts';
export { credentialStoreContract, type CredentialStoreSubject } from './contract/credential-store.ts';
export { resourceStoreContract, type ResourceStoreSubject } from './contract/resource-store.ts';
export { requestLogContract, type RequestLogSubject } from './contract/request-log.ts';

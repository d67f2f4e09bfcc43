import { createApiClient, createQueryClient } from '@joinery/ui';

export const queryClient = createQueryClient();

let signedOut = () => {};

/** What to do when an answer says that the session has ended; set once by the router. */
export function onSignedOut(run: () => void): void {
  signedOut = run;
}

export const api = createApiClient({ onSignedOut: () => signedOut() });

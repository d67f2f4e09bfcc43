import { createApiClient } from '@joinery/ui';
import { queries } from './queries.ts';
import { sessionKey } from './session-key.ts';

/** The management API of this workspace. An answer that the session has ended is noted as being signed out. */
export const api = createApiClient({
  onSignedOut() {
    queries.setQueryData(sessionKey, null);
  },
});

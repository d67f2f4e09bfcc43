import { queryOptions, useMutation } from '@tanstack/react-query';
import { ApiError } from '@joinery/ui';
import type { Session, Setup, SignIn } from '@joinery/workspace/contract';
import { api } from './api.ts';
import { queries } from './queries.ts';
import { sessionKey } from './session-key.ts';

function take(session: Session): Session {
  api.setCsrfToken(session.csrfToken);
  return session;
}

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  staleTime: Infinity,
  queryFn: async (): Promise<Session | null> => {
    try {
      return take(await api.get<Session>('/api/me'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** Forgets what was read for somebody else. The session itself stays, since the page watches it. */
function forget(): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
}

function begin(session: Session): void {
  forget();
  queries.setQueryData(sessionKey, take(session));
}

export function useSignIn() {
  return useMutation({ mutationFn: (signIn: SignIn) => api.post<Session>('/api/session', signIn), onSuccess: begin });
}

export function useSetUp() {
  return useMutation({ mutationFn: (setup: Setup) => api.post<Session>('/api/setup', setup), onSuccess: begin });
}

export async function signOut(): Promise<void> {
  await api.delete('/api/session').catch((error: unknown) => {
    // The session had ended already.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  });
  api.setCsrfToken(undefined);
  queries.setQueryData(sessionKey, null);
  forget();
}

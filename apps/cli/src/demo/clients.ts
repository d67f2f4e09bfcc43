import { createApi, type Api } from '../http.ts';

export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/** Signs in to the workspace's management API with a session cookie and its CSRF token, as the console does. */
export async function signInToWorkspace(url: string, signIn: SignIn): Promise<Api> {
  return signInWithCookie(url, '/api/session', signIn);
}

/** Signs in to the admin center with a session cookie and its CSRF token, as the console does. */
export async function signInToCenter(url: string, signIn: SignIn): Promise<Api> {
  return signInWithCookie(url, '/joinery/session', signIn);
}

async function signInWithCookie(url: string, path: string, signIn: SignIn): Promise<Api> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(signIn),
  });
  if (!response.ok)
    throw new Error(`POST ${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  const session = (await response.json()) as { csrfToken: string };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  return createApi(url, () => ({ cookie, 'x-csrf-token': session.csrfToken }));
}

/** An application's access to the Graph API by OAuth 2.0 client credentials; the token is fetched anew before it expires. */
export async function graphApi(
  url: string,
  tenantId: string,
  client: { clientId: string; clientSecret: string },
): Promise<Api> {
  let token = '';
  let renewAt = 0;
  async function renew(): Promise<void> {
    const response = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
        scope: `${url}/.default`,
      }),
    });
    if (!response.ok)
      throw new Error(`the token endpoint answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    const answer = (await response.json()) as { access_token: string; expires_in: number };
    token = answer.access_token;
    renewAt = Date.now() + (answer.expires_in - 60) * 1000;
  }
  await renew();
  const api = createApi(url, () => ({ authorization: `Bearer ${token}` }));
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      if (Date.now() > renewAt) await renew();
      return api.call<T>(method, path, body);
    },
  };
}

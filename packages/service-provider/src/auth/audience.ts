/**
 * A SCIM base URL in the form in which audiences are compared: scheme and host in lower case, no default port, no
 * trailing slash, no query. The path keeps its letter case. Undefined when it is no absolute http(s) URL.
 */
export function canonicalAudience(audience: string): string | undefined {
  if (!URL.canParse(audience)) return undefined;
  const url = new URL(audience);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether a credential for `audience` is meant for the service provider at `baseUrl`. */
export function isAudience(audience: string, baseUrl: string): boolean {
  if (audience === baseUrl) return true;
  const canonical = canonicalAudience(audience);
  return canonical !== undefined && canonical === canonicalAudience(baseUrl);
}

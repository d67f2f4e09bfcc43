/** The weak ETag of a version, equal to `meta.version` (RFC 7644 §3.14). */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * Whether an `If-Match` or `If-None-Match` header names the version: a list of tags, or `*`. Compares weakly, as SCIM's own
 * examples need (RFC 7644 §3.14), although RFC 7232 §3.1 asks for strong comparison.
 */
export function matchesEtag(header: string, version: number): boolean {
  if (header.trim() === '*') return true;
  const wanted = `"${version}"`;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//i, '') === wanted);
}

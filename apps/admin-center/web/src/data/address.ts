import { useParams } from '@tanstack/react-router';

/** A part of the present address, e.g. `id`; the routes that use it have it. */
export function useAddressPart(name: 'id' | 'object'): string {
  const parameters: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  return parameters[name] ?? '';
}

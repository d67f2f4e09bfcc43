import { createQueryClient } from '@joinery/ui';

/** The one cache of what the server told. */
export const queries = createQueryClient();

/** Brings `dist` of the given console folders (all of them unless told) up to date; `node` runs Vite. */
export function buildConsoles(node: string, folders?: readonly string[]): Promise<void>;

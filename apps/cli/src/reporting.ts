import { ConfigError, JoineryError, product } from '@joinery/base';

/** Turns what an action throws into one line on stderr and an exit code: 2 for bad input, else 1. */
export function reporting<Arguments extends readonly unknown[]>(
  action: (...given: Arguments) => Promise<void>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    try {
      await action(...given);
    } catch (error) {
      process.exitCode = isBadInput(error) ? 2 : 1;
      process.stderr.write(`${product.command}: ${describe(error)}\n`);
    }
  };
}

/** Also what a server's own rules refuse as a bad request (its errors carry a `status`). */
function isBadInput(error: unknown): boolean {
  return error instanceof ConfigError || (error instanceof JoineryError && 'status' in error && error.status === 400);
}

export function describe(error: unknown): string {
  if (error instanceof JoineryError) return `${error.message} (${error.code})`;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken; choose another one (--help names the flag).`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} needs more rights; choose one above 1023.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

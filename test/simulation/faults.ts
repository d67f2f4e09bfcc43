import type { Random } from './random.ts';

/** What may happen to a request, besides an honest answer. */
export type NetworkFault =
  | 'none'
  /** Carried out, and then the connection breaks. */
  | 'answer-lost'
  /** The connection breaks before anything is done. */
  | 'reset'
  | 'unreachable'
  | 'timeout-done'
  | 'timeout-undone'
  | 'conflict'
  | 'precondition-failed'
  | 'too-many-requests'
  | 'server-error-done'
  | 'server-error-undone'
  /** 503 with a web page for a body. */
  | 'unavailable'
  | 'truncated'
  | 'web-page'
  /** Something on the way sends the request twice; the second answer comes back. */
  | 'delivered-twice'
  /** A listing or query shows one resource twice. */
  | 'shown-twice'
  | 'unauthorized'
  | 'slow';

export type DatabaseFault = 'none' | 'lost-before' | 'lost-after';

export interface Faults {
  /** Off: everything works. */
  isOn: boolean;
  network(): NetworkFault;
  database(): DatabaseFault;
  /** Is this notification lost on the way? */
  losesNotification(): boolean;
  /** Does this request of a dying worker still arrive, this statement still commit? */
  arrives(): boolean;
  /** A delay in milliseconds, of a slow answer. */
  delayMs(): number;
  retryAfter(): string | undefined;
}

const networkKinds: readonly Exclude<NetworkFault, 'none' | 'unauthorized'>[] = [
  'answer-lost',
  'reset',
  'unreachable',
  'timeout-done',
  'timeout-undone',
  'conflict',
  'precondition-failed',
  'too-many-requests',
  'server-error-done',
  'server-error-undone',
  'unavailable',
  'truncated',
  'web-page',
  'delivered-twice',
  'shown-twice',
  'slow',
];

/** The weather of a seed: some kinds of faults often, all of them now and then, or none of a kind at all. */
export function createFaults(random: Random): Faults {
  const networkRate = random.pick([0, 0.02, 0.1, 0.3]);
  const databaseRate = random.pick([0, 0.005, 0.03]);
  const unauthorizedRate = random.chance(0.15) ? 0.01 : 0;
  const favourites = [random.pick(networkKinds), random.pick(networkKinds)];
  const faults: Faults = {
    isOn: true,
    network() {
      if (!faults.isOn) return 'none';
      if (random.chance(unauthorizedRate)) return 'unauthorized';
      if (!random.chance(networkRate)) return 'none';
      return random.chance(0.6) ? random.pick(favourites) : random.pick(networkKinds);
    },
    database() {
      if (!faults.isOn || !random.chance(databaseRate)) return 'none';
      return random.chance(0.5) ? 'lost-before' : 'lost-after';
    },
    losesNotification: () => faults.isOn && random.chance(0.1),
    arrives: () => random.chance(0.5),
    delayMs: () => random.pick([100, 1_000, 10_000, 40_000]),
    retryAfter: () => random.pick([undefined, '0', '2', '30']),
  };
  return faults;
}

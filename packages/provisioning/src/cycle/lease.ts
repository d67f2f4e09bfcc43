import type { Clock } from '@joinery/base';

export interface HeldLease {
  /** True for good once another may have what the lease is for. */
  readonly isLost: () => boolean;
  /** Ends the renewing; one that is under way may still be carried out. */
  stop(): void;
}

export interface LeaseOptions {
  readonly leaseMs: number;
  /** When the lease was asked for, in milliseconds: it began no later. */
  readonly since: number;
  /** False: another has it. */
  readonly renew: () => Promise<boolean>;
}

/** Renews a lease three times in its time, until `stop`. */
export function keepLease(clock: Clock, { leaseMs, since, renew }: LeaseOptions): HeldLease {
  const end = new AbortController();
  let lost = false;
  // A machine that was suspended finds its lease gone before any timer has told it.
  let until = since + leaseMs;
  const isOver = (): boolean => clock.now() >= until;
  const renewing = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await clock.sleep(Math.max(0, until - (leaseMs * 2) / 3 - clock.now()), end.signal);
      if (end.signal.aborted) return;
      const at = clock.now();
      const isRenewed = await renew();
      // An answer that comes in time says that nobody else came between.
      lost ||= !isRenewed || isOver();
      if (lost) return;
      until = at + leaseMs;
    }
  };
  renewing().catch(() => {
    // An aborted sleep ends here; a database that can't be reached means that the lease can't be held either.
    lost ||= !end.signal.aborted;
  });
  return { isLost: () => lost || isOver(), stop: () => end.abort() };
}

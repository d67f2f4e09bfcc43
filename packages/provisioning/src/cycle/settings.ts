/** Sizes and times of the engine; the defaults of `CycleOptions` and `WorkerOptions`. */
export const engineDefaults = {
  /** Users in one page: what one worker takes, and what one transaction writes. */
  pageSize: 100,
  /** Groups in one page; a group may carry many members. */
  groupPageSize: 20,
  /** A worker that dies is replaced after this time; leases are renewed three times in it. */
  leaseMs: 20_000,
  /** Pause between looks at pages that others hold. */
  busyPollMs: 200,
  /** Pause between looks at the change feed while a cycle runs. */
  absorbMs: 1_000,
  /** How often the workers of a cycle look how many they are. */
  shareMs: 1_000,
} as const;

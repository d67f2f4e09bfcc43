/** Runs `work` for every element, `inFlight` at once. */
export async function eachOf<T>(
  elements: readonly T[],
  inFlight: number,
  work: (element: T) => Promise<void>,
): Promise<void> {
  const rest = elements.values();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const element of rest) await work(element);
    }),
  );
}

/** A piece of a range of whole numbers, both ends in it. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** Rows by the million in statements of this many, two at once, so that no statement runs into its time-out. */
const chunkSize = 50_000;

export function eachChunk(from: number, to: number, work: (chunk: Chunk) => Promise<void>): Promise<void> {
  const chunks: Chunk[] = [];
  for (let at = from; at <= to; at += chunkSize) chunks.push({ from: at, to: Math.min(to, at + chunkSize - 1) });
  return eachOf(chunks, 2, work);
}

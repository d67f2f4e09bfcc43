/** Passes pieces on and calls `onEnd` once: after the last, after a failure, or when the reader gives up, also before the first. */
export function withEnd(chunks: AsyncIterable<string>, onEnd: (failure?: unknown) => void): AsyncIterable<string> {
  let isOver = false;
  const end = (failure?: unknown): void => {
    if (isOver) return;
    isOver = true;
    onEnd(failure);
  };
  return {
    [Symbol.asyncIterator]() {
      const iterator = chunks[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await iterator.next();
            if (result.done === true) end();
            return result;
          } catch (error) {
            end(error);
            throw error;
          }
        },
        async return() {
          end();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** A web stream of bytes that asks for the next piece only when the reader wants more. */
export function toByteStream(chunks: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

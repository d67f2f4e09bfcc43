import { expect, test } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';

// RFC 9562 appendix A.6: the example's time, 2022-02-22T19:22:22Z, is 017F22E2-79B0 in the first 48 bits.
test('the time leads, then version 7 and the variant of the RFC', () => {
  const id = uuidV7(Date.UTC(2022, 1, 22, 19, 22, 22));
  expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidV7(0)).not.toBe(uuidV7(0));
});

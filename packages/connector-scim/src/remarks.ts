import type { TargetRemark } from '@joinery/connector-kit';

/** What was noticed about a target: each code once, however often it shows. */
export interface Remarks {
  add(code: string, message: string): void;
  take(): readonly TargetRemark[];
}

export function createRemarks(): Remarks {
  const known = new Set<string>();
  let waiting: TargetRemark[] = [];
  return {
    add(code, message) {
      if (known.has(code)) return;
      known.add(code);
      waiting.push({ code, message });
    },
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
}

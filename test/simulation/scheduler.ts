import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@joinery/base';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';

/** Somebody who can die: a worker, or a call of an administrator. What a dead one waits for never comes. */
export interface Actor {
  readonly name: string;
  isAlive: boolean;
}

export type StepKind = 'database' | 'network' | 'notification';

/** Work that stands before the outside world: it runs alone, to its end, when the scheduler picks it. */
interface Step {
  readonly actor: Actor;
  readonly kind: StepKind;
  readonly label: string;
  readonly since: number;
  /** The answer goes to whoever waits, unless they are dead by then. */
  run(): Promise<void>;
}

interface Timer {
  readonly actor: Actor;
  readonly due: number;
  readonly fire: () => void;
}

/**
 * Makes concurrent code deterministic. Everything that the engine waits for passes a gate or the clock; between two steps
 * the engine runs until it waits again everywhere, then chance picks the step that comes next. The clock moves a little
 * with each step, and jumps when everybody sleeps.
 */
export interface Scheduler {
  readonly now: number;
  clockOf(actor: Actor): Clock;
  gate<T>(actor: Actor, kind: StepKind, label: string, work: () => Promise<T>): Promise<T>;
  /** One step, or a jump to the next timer. False: nobody waits for anything. */
  step(): Promise<boolean>;
  /** Moves the clock as a suspended machine does: what is under way in the network arrives before. */
  jump(ms: number): Promise<void>;
  /** Ends the actor at once. `arrives`: does this step of theirs still happen, unseen? */
  kill(actor: Actor, arrives: (kind: StepKind) => boolean): Promise<void>;
  /** Steps so far. */
  readonly steps: number;
}

export interface SchedulerOptions {
  readonly start: number;
  readonly random: Random;
  readonly trace: Trace;
  /** The clock moves by up to twice this with each step. */
  readonly stepMs: number;
}

/** Nothing stays in the network longer than this while its sender's lease may run out. */
const flightMaxMs = 4_000;

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { random, trace } = options;
  const waiting: Step[] = [];
  const timers: Timer[] = [];
  let now = options.start;
  let steps = 0;
  /** Grows with everything that anybody begins to wait for. */
  let registered = 0;
  let isInside = false;

  /** Until everybody waits: promises settle between two turns of the event loop, and nothing else is under way. */
  async function settle(): Promise<void> {
    let before: number;
    do {
      before = registered;
      await turn();
    } while (registered !== before);
  }

  function gate<T>(actor: Actor, kind: StepKind, label: string, work: () => Promise<T>): Promise<T> {
    // A step within a step, such as a statement of a transaction, is part of it.
    if (isInside) return work();
    registered += 1;
    return new Promise<T>((resolve, reject) => {
      if (!actor.isAlive) return;
      const run = async (): Promise<void> => {
        isInside = true;
        let settleIt: () => void;
        try {
          const value = await work();
          settleIt = () => resolve(value);
        } catch (error) {
          settleIt = () => reject(error as Error);
        }
        isInside = false;
        if (actor.isAlive) settleIt();
      };
      waiting.push({ actor, kind, label, since: now, run });
    });
  }

  function sleep(actor: Actor, ms: number, signal: AbortSignal | undefined): Promise<void> {
    registered += 1;
    return new Promise((resolve, reject) => {
      if (!actor.isAlive) return;
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        if (!timers.includes(timer)) return;
        timers.splice(timers.indexOf(timer), 1);
        registered += 1;
        reject(signal?.reason as Error);
      };
      const timer: Timer = {
        actor,
        due: now + Math.ceil(Math.max(0, ms)),
        fire() {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      timers.push(timer);
    });
  }

  async function runStep(step: Step): Promise<void> {
    waiting.splice(waiting.indexOf(step), 1);
    steps += 1;
    trace.add(`${now - options.start} ${step.actor.name} ${step.label}`);
    await step.run();
    now += random.below(2 * options.stepMs + 1);
    await settle();
  }

  async function fire(timer: Timer): Promise<void> {
    timers.splice(timers.indexOf(timer), 1);
    now = Math.max(now, timer.due);
    trace.add(`${now - options.start} ${timer.actor.name} wakes`);
    timer.fire();
    await settle();
  }

  /** What is in the network for long arrives first. */
  function overdue(): Step | undefined {
    return waiting.find((step) => step.kind === 'network' && now - step.since > flightMaxMs);
  }

  async function flush(): Promise<void> {
    for (let step = find('network'); step !== undefined; step = find('network')) await runStep(step);
  }

  function find(kind: StepKind): Step | undefined {
    return waiting.find((step) => step.kind === kind);
  }

  return {
    get now() {
      return now;
    },
    get steps() {
      return steps;
    },
    clockOf: (actor) => ({ now: () => now, sleep: (ms, signal) => sleep(actor, ms, signal) }),
    gate,
    async step() {
      await settle();
      const late = overdue();
      if (late !== undefined) {
        await runStep(late);
        return true;
      }
      const due = timers.filter((timer) => timer.due <= now);
      const choices = waiting.length + due.length;
      if (choices > 0) {
        const chosen = random.below(choices);
        const step = waiting[chosen];
        const timer = due[chosen - waiting.length];
        if (step !== undefined) await runStep(step);
        else if (timer !== undefined) await fire(timer);
        return true;
      }
      const next = timers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) return false;
      await fire(next);
      return true;
    },
    async jump(ms) {
      await settle();
      await flush();
      now += ms;
      trace.add(`${now - options.start} the clock jumps by ${ms} ms`);
    },
    async kill(actor, arrives) {
      await settle();
      actor.isAlive = false;
      trace.add(`${now - options.start} ${actor.name} is killed`);
      for (const timer of timers.filter((one) => one.actor === actor)) timers.splice(timers.indexOf(timer), 1);
      for (const step of waiting.filter((one) => one.actor === actor)) {
        if (arrives(step.kind)) await runStep(step);
        else waiting.splice(waiting.indexOf(step), 1);
      }
    },
  };
}

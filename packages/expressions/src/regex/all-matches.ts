import type { RE2JS } from 're2js';

/*
 * Every match of a pattern in one text, in time linear in the text. Searching again behind each match is not: `(a*b)?`
 * looks through the rest of a text of a's at each of them. Two passes over the engine's compiled program are (Frisch and
 * Cardelli, "Greedy regular expression matching", 2004):
 *
 *   1. From the end to the start: at each position, the set of instructions from which a match can be completed.
 *   2. From the start to the end: at each position where a match can begin, follow the instructions of the highest
 *      priority that are in the set. None of them fails, so that no character is looked at again.
 *
 * INVARIANT: the matches are those of the engine, leftmost and by priority. A property test compares them.
 */

/** Opcodes of the engine's program. */
const op = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  emptyWidth: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  lastRune: 11,
} as const;
/** Bits of the instruction that asks for a place, with the syntax that each comes from. */
export const placeBits = [
  { bit: 1, syntax: '(?m:^)' },
  { bit: 2, syntax: '(?m:$)' },
  { bit: 4, syntax: String.raw`\A` },
  { bit: 8, syntax: String.raw`\z` },
  { bit: 16, syntax: String.raw`\b` },
  { bit: 32, syntax: String.raw`\B` },
] as const;

interface Instruction {
  readonly op: number;
  readonly out: number;
  /** The second branch, the number of the capture, or the bits of the place. */
  readonly arg: number;
  matchRune(point: number): boolean;
}

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
  /** 32-bit words that hold one bit for each instruction. */
  readonly words: number;
  /** The instructions that lead to each one without consuming a character. */
  readonly sources: readonly (readonly number[])[];
  /** Instructions at which a set begins: those that consume, and the match. */
  readonly seeds: readonly number[];
}

/** The compiled program of a pattern without look-behind. */
export function readProgram(pattern: RE2JS): Program {
  const { inst, start } = pattern.re2().prog as { readonly inst: readonly Instruction[]; readonly start: number };
  const sources: number[][] = inst.map(() => []);
  const seeds: number[] = [];
  for (const [index, instruction] of inst.entries()) {
    if (instruction.op < op.alt || instruction.op > op.lastRune)
      throw new Error(`invariant broken: the engine's program has the unknown instruction ${instruction.op}`);
    if (instruction.op === op.match || instruction.op >= op.rune) seeds.push(index);
    else if (instruction.op !== op.fail) {
      sources[instruction.out]?.push(index);
      if (instruction.op === op.alt || instruction.op === op.altMatch) sources[instruction.arg]?.push(index);
    }
  }
  return { instructions: inst, start, words: Math.ceil(inst.length / 32), sources, seeds };
}

/** Whether the place of a bit is at an offset. */
export type PlaceTest = (bit: number, offset: number) => boolean;

/** Offsets of the match and its groups: start and end of each, -1 for a group that took no part. */
export type Captures = Int32Array;

export function* allMatches(
  program: Program,
  text: string,
  groupsCount: number,
  holds: PlaceTest,
): Generator<Captures> {
  const places = placesOf(program, text, holds);
  const table = completable(program, text, places);
  const has = (position: number, index: number) =>
    (((table[position * program.words + (index >>> 5)] ?? 0) >>> (index & 31)) & 1) === 1;
  const follower = new Follower(program, text, places, has, groupsCount);
  let position = 0;
  while (position <= text.length) {
    if (has(position, program.start)) {
      const captures = follower.follow(position);
      yield captures;
      const end = captures[1] ?? position;
      if (end > position) {
        position = end;
        continue;
      }
    }
    position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
  }
}

/** Bits of the places at each offset; those that the program does not ask for are left out. */
function placesOf({ instructions }: Program, text: string, holds: PlaceTest): Uint8Array {
  let asked = 0;
  for (const instruction of instructions) if (instruction.op === op.emptyWidth) asked |= instruction.arg;
  const places = new Uint8Array(text.length + 1);
  for (const { bit } of placeBits) {
    if ((asked & bit) === 0) continue;
    for (let offset = 0; offset <= text.length; offset += 1)
      if (holds(bit, offset)) places[offset] = (places[offset] ?? 0) | bit;
  }
  return places;
}

/** The first pass: one row of bits for each offset. */
function completable({ instructions, words, sources, seeds }: Program, text: string, places: Uint8Array): Uint32Array {
  const table = new Uint32Array((text.length + 1) * words);
  const pending: number[] = [];
  for (let position = text.length; position >= 0; position -= 1) {
    if (isInsidePair(text, position)) continue;
    const row = position * words;
    const point = text.codePointAt(position) ?? -1;
    const nextRow = (position + (point > 0xffff ? 2 : 1)) * words;
    const add = (index: number) => {
      const word = row + (index >>> 5);
      const bit = 1 << (index & 31);
      if (((table[word] ?? 0) & bit) !== 0) return;
      table[word] = (table[word] ?? 0) | bit;
      pending.push(index);
    };
    for (const index of seeds) {
      const instruction = instructions[index];
      if (instruction === undefined) continue;
      if (instruction.op === op.match) add(index);
      else if (point >= 0) {
        const isAhead = (((table[nextRow + (instruction.out >>> 5)] ?? 0) >>> (instruction.out & 31)) & 1) === 1;
        if (isAhead && instruction.matchRune(point)) add(index);
      }
    }
    const here = places[position] ?? 0;
    for (let target = pending.pop(); target !== undefined; target = pending.pop())
      for (const source of sources[target] ?? []) {
        const instruction = instructions[source];
        if (instruction?.op === op.emptyWidth && (instruction.arg & ~here) !== 0) continue;
        add(source);
      }
  }
  return table;
}

/** No match begins or ends between the halves of a surrogate pair. */
function isInsidePair(text: string, position: number): boolean {
  return position > 0 && (text.codePointAt(position - 1) ?? 0) > 0xffff;
}

/** One capture, and those before it. */
interface Captured {
  readonly slot: number;
  readonly offset: number;
  readonly before: Captured | undefined;
}

/** The second pass. */
class Follower {
  readonly #program: Program;
  readonly #text: string;
  readonly #places: Uint8Array;
  readonly #has: (position: number, index: number) => boolean;
  readonly #groupsCount: number;
  /** The step at which an instruction was last come to: none is taken twice at one position. */
  readonly #seen: Uint32Array;
  #step = 0;

  constructor(
    program: Program,
    text: string,
    places: Uint8Array,
    has: (position: number, index: number) => boolean,
    groupsCount: number,
  ) {
    this.#program = program;
    this.#text = text;
    this.#places = places;
    this.#has = has;
    this.#groupsCount = groupsCount;
    this.#seen = new Uint32Array(program.instructions.length);
  }

  follow(start: number): Captures {
    let position = start;
    let index = this.#program.start;
    let captured: Captured | undefined;
    for (;;) {
      const taken = this.#take(index, position, captured);
      captured = taken.captured;
      if (taken.instruction.op === op.match) return this.#captures(start, position, captured);
      index = taken.instruction.out;
      position += (this.#text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
    }
  }

  /** From one instruction to the first by priority that consumes a character here, or that is the match. */
  #take(from: number, position: number, before: Captured | undefined) {
    this.#step += 1;
    const { instructions } = this.#program;
    const here = this.#places[position] ?? 0;
    const open: { readonly index: number; readonly captured: Captured | undefined }[] = [
      { index: from, captured: before },
    ];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const { index, captured } = one;
      const instruction = instructions[index];
      if (instruction === undefined || this.#seen[index] === this.#step || !this.#has(position, index)) continue;
      this.#seen[index] = this.#step;
      switch (instruction.op) {
        case op.alt:
        case op.altMatch:
          open.push({ index: instruction.arg, captured }, { index: instruction.out, captured });
          break;
        case op.capture:
          open.push({
            index: instruction.out,
            captured: { slot: instruction.arg, offset: position, before: captured },
          });
          break;
        case op.emptyWidth:
          if ((instruction.arg & ~here) === 0) open.push({ index: instruction.out, captured });
          break;
        case op.nop:
          open.push({ index: instruction.out, captured });
          break;
        default:
          return { instruction, captured };
      }
    }
    throw new Error('invariant broken: an instruction that can be completed leads nowhere');
  }

  #captures(start: number, end: number, captured: Captured | undefined): Captures {
    const captures = new Int32Array(2 * (this.#groupsCount + 1)).fill(-1);
    // The last capture of a slot counts.
    for (let one = captured; one !== undefined; one = one.before)
      if (captures[one.slot] === -1) captures[one.slot] = one.offset;
    captures[0] = start;
    captures[1] = end;
    return captures;
  }
}

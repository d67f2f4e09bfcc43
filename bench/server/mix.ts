/**
 * The request mix of Entra's provisioning service: users are looked up by userName (none) and created, later read by id and
 * changed three times; groups are looked up, created, given members one by one and 100 at a time, read without members, and lose
 * some again. What is read back is compared with what was written.
 */
import { eachOf } from '../lib/concurrency.ts';
import {
  firstTitleOf,
  groupNameOf,
  localityOf,
  titleOf,
  userNameOf,
  type Kind,
  type Observed,
  type Step,
} from './entra-requests.ts';

export interface MixTarget {
  readonly name: string;
  send(step: Step): Promise<Observed | undefined>;
}

export interface MixSize {
  readonly inFlight: number;
  /** At least `oneByOne` + 100. */
  readonly users: number;
  readonly groups: number;
  readonly oneByOne: number;
  readonly removed: number;
}

export const mixSize: MixSize = { inFlight: 8, users: 960, groups: 8, oneByOne: 20, removed: 5 };

export interface MixRound {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds per request, by kind. */
  readonly durations: ReadonlyMap<Kind, readonly number[]>;
  /** What was wrong, in words, and how often; empty for a server that is right. */
  readonly mistakes: ReadonlyMap<string, number>;
}

interface Person {
  readonly key: string;
  id: string;
}

class Round {
  readonly durations = new Map<Kind, number[]>();
  readonly mistakes = new Map<string, number>();
  readonly #target: MixTarget;
  /** What differs from object to object, so that one kind of mistake is one line. */
  readonly #names: RegExp;

  constructor(target: MixTarget, prefix: string) {
    this.#target = target;
    this.#names = new RegExp(`${prefix}-\\d+`, 'g');
  }

  note(mistake: string): void {
    const text = mistake.replaceAll(this.#names, '…');
    this.mistakes.set(text, (this.mistakes.get(text) ?? 0) + 1);
  }

  expect(isRight: boolean, mistake: string): void {
    if (!isRight) this.note(mistake);
  }

  /** A request that counts, or with `untimed` one that only checks. A refused one is a mistake and answers nothing. */
  async send(step: Step, untimed = false): Promise<Observed | undefined> {
    const begun = performance.now();
    try {
      return await this.#target.send(step);
    } catch (error) {
      this.note(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      if (!untimed) {
        const times = this.durations.get(step.kind) ?? [];
        this.durations.set(step.kind, times);
        times.push(performance.now() - begun);
      }
    }
  }
}

const wordOf = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));

function workLocality(observed: Observed | undefined): unknown {
  const { addresses } = observed ?? {};
  if (!Array.isArray(addresses)) return undefined;
  return (addresses as readonly { type?: unknown; locality?: unknown }[]).find(({ type }) => type === 'work')?.locality;
}

async function join(round: Round, person: Person): Promise<void> {
  const { key } = person;
  const found = await round.send({ kind: 'find user, none', key });
  round.expect(found === undefined, 'a look-up by userName found a user who does not exist');
  const created = await round.send({ kind: 'create user', key });
  person.id = typeof created?.id === 'string' ? created.id : '';
}

async function move(round: Round, { key, id }: Person): Promise<void> {
  if (id === '') return;
  const read = await round.send({ kind: 'get user', key, id });
  round.expect(read?.userName === userNameOf(key), `userName is ${wordOf(read?.userName)} after POST`);
  round.expect(read?.title === firstTitleOf(key), `title is ${wordOf(read?.title)} after POST`);
  round.expect(read?.active === true, `active is ${wordOf(read?.active)} after POST with true`);
  await round.send({ kind: 'patch title', key, id });
  await round.send({ kind: 'patch active "False"', key, id });
  await round.send({ kind: 'patch work locality', key, id });
}

async function checkUser(round: Round, { key, id }: Person): Promise<void> {
  if (id === '') return;
  const read = await round.send({ kind: 'get user', key, id }, true);
  round.expect(read?.title === titleOf(key), `title is ${wordOf(read?.title)} after its PATCH`);
  round.expect(read?.active === false, `active is ${wordOf(read?.active)} after PATCH to "False"`);
  const locality = workLocality(read);
  round.expect(locality === localityOf(key), `the work address has locality ${wordOf(locality)} after its PATCH`);
  const found = await round.send({ kind: 'find user', key }, true);
  round.expect(found?.id === id, 'a look-up by userName does not find the user');
}

interface GroupOutcome {
  readonly key: string;
  readonly id: string;
  readonly memberIds: ReadonlySet<string>;
}

async function fillGroup(
  round: Round,
  key: string,
  memberIds: readonly string[],
  size: MixSize,
): Promise<GroupOutcome> {
  const found = await round.send({ kind: 'find group, none', key });
  round.expect(found === undefined, 'a look-up by displayName found a group that does not exist');
  const created = await round.send({ kind: 'create group', key });
  const id = typeof created?.id === 'string' ? created.id : '';
  if (id === '') return { key, id, memberIds: new Set() };
  const single = memberIds.slice(0, size.oneByOne);
  const many = memberIds.slice(size.oneByOne, size.oneByOne + 100);
  for (const member of single) await round.send({ kind: 'add 1 member', key, id, memberIds: [member] });
  await round.send({ kind: 'add 100 members', key, id, memberIds: many });
  const read = await round.send({ kind: 'get group without members', key, id });
  round.expect(read?.displayName === groupNameOf(key), `the group's displayName is ${wordOf(read?.displayName)}`);
  round.expect(read?.members === undefined, 'excludedAttributes=members is ignored');
  const removed = single.slice(0, size.removed);
  for (const member of removed) await round.send({ kind: 'remove 1 member', key, id, memberIds: [member] });
  return { key, id, memberIds: new Set([...single, ...many].filter((member) => !removed.includes(member))) };
}

async function checkGroup(round: Round, { key, id, memberIds }: GroupOutcome): Promise<void> {
  if (id === '') return;
  const read = await round.send({ kind: 'get group with members', key, id }, true);
  const listed = Array.isArray(read?.members) ? (read.members as readonly { value?: unknown }[]) : [];
  const values = new Set(listed.map(({ value }) => value));
  const isSame = values.size === memberIds.size && [...memberIds].every((member) => values.has(member));
  round.expect(isSame, `the group has ${values.size} members where it must have ${memberIds.size}`);
}

/** One round with objects of its own, named by `prefix`. Never throws for a wrong answer: see `mistakes`. */
export async function runMix(target: MixTarget, prefix: string, size: MixSize = mixSize): Promise<MixRound> {
  const round = new Round(target, prefix);
  const people = Array.from({ length: size.users }, (_, index): Person => ({
    key: `${prefix}-${index}`,
    id: '',
  }));
  const groups = Array.from({ length: size.groups }, (_, index) => index);
  const outcomes: GroupOutcome[] = [];
  const begun = performance.now();
  await eachOf(people, size.inFlight, (person) => join(round, person));
  await eachOf(people, size.inFlight, (person) => move(round, person));
  await eachOf(groups, size.inFlight, async (index) => {
    const first = index * Math.floor(size.users / size.groups);
    const ids = Array.from(
      { length: size.oneByOne + 100 },
      (_, n) => people[(first + n) % people.length]?.id ?? '',
    ).filter((id) => id !== '');
    outcomes.push(await fillGroup(round, `${prefix}-${index}`, ids, size));
  });
  const seconds = (performance.now() - begun) / 1000;
  await eachOf(people, size.inFlight, (person) => checkUser(round, person));
  await eachOf(outcomes, size.inFlight, (outcome) => checkGroup(round, outcome));
  const requests = [...round.durations.values()].reduce((sum, times) => sum + times.length, 0);
  return { requests, seconds, durations: round.durations, mistakes: round.mistakes };
}

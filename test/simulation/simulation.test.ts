import { describe, expect, test } from 'vitest';
import type { EnginePorts } from '@joinery/provisioning';
import { simulate } from './simulate.ts';
import { aDatabase } from './test-database.ts';

test('a seed is the same history every time, whatever ran before it', async () => {
  await using database = await aDatabase();
  const hashes: string[] = [];
  for (const seed of [3, 4, 5, 3, 4, 5]) {
    const { hash, steps } = await simulate(database, seed);
    expect(steps).toBeGreaterThan(100);
    hashes.push(hash);
  }
  expect(hashes.slice(3)).toEqual(hashes.slice(0, 3));
  expect(new Set(hashes).size).toBe(3);
}, 120_000);

const seedsMax = 120;

/** The first seed that finds something wrong with the engine's ports. */
async function foundBy(breakPorts: (ports: EnginePorts) => EnginePorts): Promise<readonly string[]> {
  await using database = await aDatabase();
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const { problems } = await simulate(database, seed, { breakPorts });
    if (problems.length > 0) return problems;
  }
  return [];
}

// A simulation that can't fail proves nothing: each of these is an engine with a mistake in it.
describe('it finds', () => {
  test('commits that lose a link now and then', async () => {
    const problems = await foundBy((ports) => ({
      ...ports,
      cycles: {
        ...ports.cycles,
        commit: (page, outcome, options) =>
          ports.cycles.commit(page, { ...outcome, links: outcome.links.filter(() => ports.random() < 0.9) }, options),
      },
    }));
    expect(problems).not.toEqual([]);
  }, 300_000);

  test('workers that do not note what they are about to send', async () => {
    const problems = await foundBy((ports) => ({ ...ports, links: { ...ports.links, noteExports: async () => {} } }));
    expect(problems).not.toEqual([]);
  }, 300_000);

  test('a target that is told twice to create a group', async () => {
    const problems = await foundBy((ports) => ({
      ...ports,
      targets: {
        async create(job, secrets) {
          const target = await ports.targets.create(job, secrets);
          return {
            ...target,
            get requestCount() {
              return target.requestCount;
            },
            async create(type, values, memberIds) {
              const made = await target.create(type, values, memberIds);
              return type.kind === 'group' ? target.create(type, values, memberIds).catch(() => made) : made;
            },
          };
        },
      },
    }));
    expect(problems.join()).toContain('is there 2 times');
  }, 300_000);

  test('departures that are forgotten', async () => {
    const problems = await foundBy((ports) => ({
      ...ports,
      cycles: {
        ...ports.cycles,
        commit: (page, outcome, options) => ports.cycles.commit(page, { ...outcome, departures: [] }, options),
      },
    }));
    expect(problems).not.toEqual([]);
  }, 300_000);

  test('log rows that are not written', async () => {
    const problems = await foundBy((ports) => ({
      ...ports,
      cycles: {
        ...ports.cycles,
        commit: (page, outcome, options) =>
          ports.cycles.commit(page, { ...outcome, log: outcome.log.filter(() => ports.random() < 0.8) }, options),
      },
    }));
    expect(problems.join()).toContain('has no row in the provisioning log');
  }, 300_000);
});

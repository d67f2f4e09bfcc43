import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The people and groups that every server gets; a step changes them and `joinery provision` follows. */
export interface Person {
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly title: string;
  readonly city: string;
  readonly active: boolean;
}

export interface Population {
  /** By the row's id. */
  readonly people: ReadonlyMap<string, Person>;
  /** Ids of members by display name. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
}

export const userCount = 200;
export const groupCount = 10;
export const membersPerGroup = 20;

export function firstPopulation(): Population {
  const numbers = Array.from({ length: userCount }, (_, index) => index + 1);
  return {
    people: new Map(numbers.map((number) => [`u${number}`, personOf(number)])),
    groups: new Map(
      Array.from({ length: groupCount }, (_, group) => [
        `Group ${group + 1}`,
        new Set(Array.from({ length: membersPerGroup }, (_, member) => `u${group * membersPerGroup + member + 1}`)),
      ]),
    ),
  };
}

function personOf(number: number): Person {
  return {
    userName: `user${number}@contoso.com`,
    givenName: `Given${number}`,
    familyName: `O'Family ${number}`,
    title: 'Consultant',
    city: 'Malmö',
    active: true,
  };
}

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;

const peopleHeader = 'id,userPrincipalName,givenName,surname,displayName,mail,jobTitle,city,accountEnabled';

/** The two files that `joinery provision` reads. */
export async function writeFiles(folder: string, { people, groups }: Population): Promise<void> {
  const rows = [...people].map(([id, one]) =>
    [
      id, one.userName, one.givenName, one.familyName, `${one.givenName} ${one.familyName}`, one.userName, one.title, one.city,
      String(one.active),
    ].map(quote).join(','),
  ); // prettier-ignore
  await writeFile(join(folder, 'users.csv'), `${[peopleHeader, ...rows].join('\n')}\n`);
  const groupRows = [...groups].map(([name, members]) => `${name},${name},${[...members].join(';')}`);
  await writeFile(join(folder, 'groups.csv'), `${['id,displayName,members', ...groupRows].join('\n')}\n`);
}

export interface Step {
  readonly name: string;
  /** What it changes: of the rest it is not judged. */
  readonly about: readonly ('user' | 'group' | 'members')[];
  /** How `joinery provision` is to treat what is gone, beside its defaults. */
  readonly flags?: readonly string[];
  change(before: Population): Population;
}

const person = (population: Population, id: string, change: Partial<Person>): Population => {
  const before = population.people.get(id);
  if (before === undefined) throw new Error(`there is no ${id}`);
  return { ...population, people: new Map([...population.people, [id, { ...before, ...change }]]) };
};

const members = (population: Population, name: string, change: (ids: Set<string>) => void): Population => {
  const ids = new Set(population.groups.get(name));
  change(ids);
  return { ...population, groups: new Map([...population.groups, [name, ids]]) };
};

/** In this order; each builds on the ones before. */
export const steps: readonly Step[] = [
  { name: 'initial cycle', about: ['user', 'group', 'members'], change: (population) => population },
  {
    name: 'change values', about: ['user'],
    change: (population) =>
      person(person(population, 'u1', { title: 'Partner', city: 'Umeå', familyName: 'Ågren "Q" \\ Ek' }), 'u2', { givenName: 'Anna' }),
  }, // prettier-ignore
  {
    name: 'change userName',
    about: ['user'],
    change: (population) => person(population, 'u3', { userName: 'renamed@contoso.com' }),
  },
  { name: 'clear a value', about: ['user'], change: (population) => person(population, 'u4', { title: '' }) },
  { name: 'disable', about: ['user'], change: (population) => person(population, 'u5', { active: false }) },
  { name: 'enable', about: ['user'], change: (population) => person(population, 'u5', { active: true }) },
  {
    name: 'add members',
    about: ['members'],
    change: (population) => members(population, 'Group 1', (ids) => ids.add('u50').add('u51')),
  },
  {
    name: 'remove a member',
    about: ['members'],
    change: (population) => members(population, 'Group 1', (ids) => ids.delete('u1')),
  },
  {
    name: 'remove all members',
    about: ['members'],
    change: (population) => members(population, 'Group 2', (ids) => ids.clear()),
  },
  {
    name: 'delete a user',
    about: ['user', 'members'],
    flags: ['--on-missing', 'delete', '--allow-deletes'],
    change(population) {
      const people = new Map(population.people);
      people.delete('u45');
      return members({ ...population, people }, 'Group 3', (ids) => ids.delete('u45'));
    },
  },
  {
    name: 'delete a group',
    about: ['group'],
    flags: ['--on-missing', 'delete', '--allow-deletes'],
    change(population) {
      const groups = new Map(population.groups);
      groups.delete('Group 10');
      return { ...population, groups };
    },
  },
];

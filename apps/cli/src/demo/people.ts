/** A generated organisation: the same people for the same numbers, so that a demo can be talked about. */
export interface Person {
  readonly userPrincipalName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
  readonly mail: string;
  readonly mailNickname: string;
  readonly jobTitle: string;
  readonly city: string;
  readonly department: string;
  readonly employeeId: string;
}

const givenNames = [
  'Agnes', 'Bilal', 'Chiara', 'Dmitri', 'Elif', 'Farah', 'Goran', 'Hanna', 'Ines', 'Jonas', 'Kofi', 'Lena', 'Mateo', 'Nadia',
  'Oskar', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomasz', 'Ulla', 'Viktor', 'Wanja', 'Ximena', 'Yusuf', 'Zoë',
]; // prettier-ignore
const surnames = [
  'Andersson', 'Bianchi', 'Çelik', 'Dubois', 'Eriksen', 'Fischer', 'García', 'Horváth', 'Ivanova', 'Jensen', 'Kowalski',
  'Lindqvist', 'Müller', 'Nguyen', 'Okafor', 'Petrov', 'Quist', 'Rossi', 'Silva', 'Takahashi', 'Ušakovs', 'Vermeer', 'Weber',
]; // prettier-ignore
const cities = ['Stockholm', 'Göteborg', 'Lund', 'Copenhagen', 'Oslo', 'Berlin', 'Gdańsk', 'Lyon'];
const titles = ['Consultant', 'Senior Consultant', 'Project Manager', 'Architect', 'Analyst', 'Designer', 'Engineer'];
const departments = [
  'Consulting', 'Sales', 'Engineering', 'Design', 'Finance', 'People', 'Legal', 'Support', 'Marketing', 'Research', 'Operations', 'Security',
]; // prettier-ignore

function pick<T>(from: readonly T[], index: number): T {
  const value = from[index % from.length];
  if (value === undefined) throw new Error('invariant broken: empty list');
  return value;
}

/** ASCII letters only: what most sign-in names allow. */
function ascii(text: string): string {
  return text
    .replaceAll('ø', 'oe')
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/gu, '');
}

/** The person with this number, 0 first. Every person has another sign-in name. */
export function aPerson(index: number, domain: string): Person {
  const givenName = pick(givenNames, index * 7);
  const surname = pick(surnames, index * 11 + Math.floor(index / surnames.length));
  const nickname = `${ascii(givenName)}.${ascii(surname)}${index + 1}`.toLowerCase();
  return {
    userPrincipalName: `${nickname}@${domain}`,
    givenName,
    surname,
    displayName: `${givenName} ${surname}`,
    mail: `${nickname}@${domain}`,
    mailNickname: nickname,
    jobTitle: pick(titles, index * 5),
    city: pick(cities, index * 3),
    department: pick(departments, index),
    employeeId: String(10_000 + index),
  };
}

/** The name of the group with this number; numbered from the second round on. */
export function groupName(index: number): string {
  const round = Math.floor(index / departments.length);
  return round === 0 ? pick(departments, index) : `${pick(departments, index)} ${round + 1}`;
}

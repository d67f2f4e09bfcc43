import { RelativeTime, RouteLink, useUrlState, type Column } from '@joinery/ui';
import type { User } from '@joinery/workspace/contract';
import { usePeople } from '../data/people.ts';
import { ManagedBadge, PersonState } from '../design/badges.tsx';
import { ChoiceFilter } from '../design/choice-filter.tsx';
import { ListPage } from '../design/list-page.tsx';
import { TwoLines } from '../design/two-lines.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const columns: readonly Column<User>[] = [
  {
    id: 'name',
    header: messages.personName,
    render: (person) => {
      const link = <RouteLink href={paths.person(person.id)}>{person.displayName ?? person.userName}</RouteLink>;
      return person.displayName === null ? link : <TwoLines first={link} second={person.userName} />;
    },
  },
  {
    id: 'title',
    header: messages.jobTitle,
    width: '170px',
    wideOnly: true,
    render: (person) => person.title ?? messages.none,
  },
  { id: 'state', header: messages.state, width: '110px', render: (person) => <PersonState isActive={person.active} /> },
  {
    id: 'managed',
    header: messages.managed,
    width: '175px',
    render: (person) => <ManagedBadge by={person.managedBy} />,
  },
  {
    id: 'changed',
    header: messages.lastChange,
    width: '130px',
    render: (person) => <RelativeTime value={person.lastModified} />,
  },
];

const states = [
  { value: '', label: messages.all },
  { value: 'active', label: messages.active },
  { value: 'inactive', label: messages.inactive },
];

export function PeoplePage() {
  const [{ search, state }, setFilter] = useUrlState(['search', 'state']);
  const active = state === 'active' ? true : state === 'inactive' ? false : undefined;
  const pages = usePeople({ search, active });
  return (
    <ListPage
      text={messages.people}
      columns={columns}
      pages={pages}
      search={search}
      onSearch={(search) => setFilter({ search })}
      filters={
        <ChoiceFilter
          label={messages.state}
          value={active === undefined ? '' : state}
          choices={states}
          onChoose={(state) => setFilter({ state })}
        />
      }
      isFiltered={search !== '' || active !== undefined}
      onClear={() => setFilter({ search: '', state: '' })}
    />
  );
}

import { Button } from '@fluentui/react-components';
import {
  EmptyState,
  EntityList,
  LinkButton,
  Page,
  RelativeTime,
  RouteLink,
  SearchField,
  Section,
  useUrlState,
  type Column,
} from '@joinery/ui';
import type { User } from '@joinery/workspace/contract';
import { usePeople } from '../data/people.ts';
import { ManagedBadge, PersonState } from '../design/badges.tsx';
import { ChoiceFilter } from '../design/choice-filter.tsx';
import { FilterBar } from '../design/filter-bar.tsx';
import { TwoLines } from '../design/two-lines.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.people;

const columns: readonly Column<User>[] = [
  {
    id: 'name',
    header: messages.personName,
    render: (person) => {
      const link = <RouteLink href={paths.person(person.id)}>{person.displayName ?? person.userName}</RouteLink>;
      return person.displayName === null ? link : <TwoLines first={link} second={person.userName} />;
    },
  },
  { id: 'title', header: messages.jobTitle, wideOnly: true, render: (person) => person.title ?? messages.none },
  { id: 'state', header: messages.state, width: '120px', render: (person) => <PersonState isActive={person.active} /> },
  { id: 'managed', header: messages.managed, width: '190px', render: () => <ManagedBadge /> },
  {
    id: 'changed',
    header: messages.lastChange,
    width: '150px',
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
  const isFiltered = search !== '' || active !== undefined;
  return (
    <Page title={text.title} description={text.lead}>
      <Section>
        <FilterBar>
          <SearchField label={text.searchLabel} value={search} onSearch={(search) => setFilter({ search })} />
          <ChoiceFilter
            label={messages.state}
            value={active === undefined ? '' : state}
            choices={states}
            onChoose={(state) => setFilter({ state })}
          />
        </FilterBar>
        <EntityList
          label={text.caption}
          columns={columns}
          rowId={(person) => person.id}
          pages={pages}
          empty={
            isFiltered ? (
              <EmptyState
                title={text.nobodyFound}
                action={<Button onClick={() => setFilter({ search: '', state: '' })}>{text.clear}</Button>}
              >
                {text.nobodyFoundHint}
              </EmptyState>
            ) : (
              <EmptyState title={text.empty} action={<LinkButton href={paths.guide}>{text.emptyAction}</LinkButton>}>
                {text.emptyHint}
              </EmptyState>
            )
          }
        />
      </Section>
    </Page>
  );
}

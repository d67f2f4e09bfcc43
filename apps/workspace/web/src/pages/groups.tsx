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
import type { Group } from '@joinery/workspace/contract';
import { useGroups } from '../data/groups.ts';
import { ManagedBadge } from '../design/badges.tsx';
import { FilterBar } from '../design/filter-bar.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.groups;

const columns: readonly Column<Group>[] = [
  {
    id: 'name',
    header: messages.groupName,
    render: (group) => <RouteLink href={paths.group(group.id)}>{group.displayName}</RouteLink>,
  },
  {
    id: 'externalId',
    header: messages.externalId,
    wideOnly: true,
    render: (group) => group.externalId ?? messages.none,
  },
  { id: 'managed', header: messages.managed, width: '190px', render: () => <ManagedBadge /> },
  {
    id: 'changed',
    header: messages.lastChange,
    width: '150px',
    render: (group) => <RelativeTime value={group.lastModified} />,
  },
];

export function GroupsPage() {
  const [{ search }, setFilter] = useUrlState(['search']);
  const pages = useGroups(search);
  return (
    <Page title={text.title} description={text.lead}>
      <Section>
        <FilterBar>
          <SearchField label={text.searchLabel} value={search} onSearch={(search) => setFilter({ search })} />
        </FilterBar>
        <EntityList
          label={text.caption}
          columns={columns}
          rowId={(group) => group.id}
          pages={pages}
          empty={
            search === '' ? (
              <EmptyState
                title={text.empty}
                action={<LinkButton href={paths.guide}>{messages.people.emptyAction}</LinkButton>}
              >
                {text.emptyHint}
              </EmptyState>
            ) : (
              <EmptyState
                title={text.noneFound}
                action={<Button onClick={() => setFilter({ search: '' })}>{text.clear}</Button>}
              >
                {text.noneFoundHint}
              </EmptyState>
            )
          }
        />
      </Section>
    </Page>
  );
}

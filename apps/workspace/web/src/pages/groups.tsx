import { RelativeTime, RouteLink, useUrlState, type Column } from '@joinery/ui';
import type { Group } from '@joinery/workspace/contract';
import { useGroups } from '../data/groups.ts';
import { ManagedBadge } from '../design/badges.tsx';
import { ListPage } from '../design/list-page.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

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
    <ListPage
      text={messages.groups}
      columns={columns}
      pages={pages}
      search={search}
      onSearch={(search) => setFilter({ search })}
      isFiltered={search !== ''}
      onClear={() => setFilter({ search: '' })}
    />
  );
}

import { Details, EmptyState, EntityList, QueryView, RelativeTime, RouteLink, Section, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { GroupDetails, Member } from '@joinery/workspace/contract';
import { groupQuery, useMembers } from '../data/groups.ts';
import { Absent } from '../design/absent.tsx';
import { AttributesView } from '../design/attributes.tsx';
import { ManagedBadge, PersonState } from '../design/badges.tsx';
import { Origin } from '../design/origin.tsx';
import { isAbsent } from '../design/is-absent.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.groups;

function GroupView({ id, children }: { id: string; children: (group: GroupDetails) => ReactNode }) {
  const query = useQuery(groupQuery(id));
  if (isAbsent(query.error)) {
    return <Absent title={text.notFound} hint={text.notFoundHint} href={paths.groups} label={text.back} />;
  }
  return (
    <QueryView query={query}>
      {(group) => (
        <Details
          title={group.displayName}
          crumbs={[{ label: text.title, href: paths.groups }]}
          status={<ManagedBadge />}
          description={<Origin of={group} />}
          tabs={[
            { label: text.membersCount(group.members), href: paths.group(id) },
            { label: text.attributes, href: paths.groupAttributes(id) },
          ]}
        >
          {children(group)}
        </Details>
      )}
    </QueryView>
  );
}

const columns: readonly Column<Member>[] = [
  {
    id: 'name',
    header: messages.memberName,
    render: (member) => (
      <RouteLink href={member.type === 'User' ? paths.person(member.id) : paths.group(member.id)}>
        {member.display}
      </RouteLink>
    ),
  },
  {
    id: 'type',
    header: text.type,
    width: '110px',
    render: (member) => (member.type === 'User' ? text.person : text.group),
  },
  {
    id: 'state',
    header: messages.state,
    width: '120px',
    render: (member) => (member.active === null ? messages.none : <PersonState isActive={member.active} />),
  },
  {
    id: 'changed',
    header: messages.lastChange,
    width: '150px',
    render: (member) => <RelativeTime value={member.lastModified} />,
  },
];

export function GroupMembersPage() {
  const { id } = useParams({ from: '/console/groups/$id' });
  const pages = useMembers(id);
  return (
    <GroupView id={id}>
      {() => (
        <Section>
          <EntityList
            label={text.members}
            columns={columns}
            rowId={(member) => member.id}
            pages={pages}
            empty={<EmptyState title={text.noMembers}>{text.noMembersHint}</EmptyState>}
          />
        </Section>
      )}
    </GroupView>
  );
}

export function GroupAttributesPage() {
  const { id } = useParams({ from: '/console/groups/$id/attributes' });
  return <GroupView id={id}>{(group) => <AttributesView attributes={group.attributes} />}</GroupView>;
}

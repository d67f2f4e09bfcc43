import { Details, EmptyState, EntityTable, QueryView, RouteLink, Section, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { UserDetails } from '@joinery/workspace/contract';
import { personQuery } from '../data/people.ts';
import { Absent } from '../design/absent.tsx';
import { AttributesView } from '../design/attributes.tsx';
import { ManagedBadge, PersonState } from '../design/badges.tsx';
import { Origin } from '../design/origin.tsx';
import { isAbsent } from '../design/is-absent.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.people;

function Person({ id, children }: { id: string; children: (person: UserDetails) => ReactNode }) {
  const query = useQuery(personQuery(id));
  if (isAbsent(query.error)) {
    return <Absent title={text.notFound} hint={text.notFoundHint} href={paths.people} label={text.back} />;
  }
  return (
    <QueryView query={query}>
      {(person) => (
        <Details
          title={person.displayName ?? person.userName}
          crumbs={[{ label: text.title, href: paths.people }]}
          status={
            <>
              <PersonState isActive={person.active} />
              <ManagedBadge by={person.managedBy} />
            </>
          }
          description={<Origin of={person} />}
          tabs={[
            { label: text.attributes, href: paths.person(id) },
            { label: text.groupsCount(person.groups.length), href: paths.personGroups(id) },
          ]}
        >
          {children(person)}
        </Details>
      )}
    </QueryView>
  );
}

export function PersonPage() {
  const { id } = useParams({ from: '/console/people/$id' });
  return <Person id={id}>{(person) => <AttributesView attributes={person.attributes} />}</Person>;
}

type Membership = UserDetails['groups'][number];

const columns: readonly Column<Membership>[] = [
  {
    id: 'name',
    header: messages.groupName,
    render: (group) => <RouteLink href={paths.group(group.id)}>{group.display}</RouteLink>,
  },
  {
    id: 'membership',
    header: text.membership,
    width: '220px',
    render: (group) => (group.direct ? text.direct : text.indirect),
  },
];

export function PersonGroupsPage() {
  const { id } = useParams({ from: '/console/people/$id/groups' });
  return (
    <Person id={id}>
      {(person) => (
        <Section>
          <EntityTable
            label={text.groups}
            columns={columns}
            rowId={(group) => group.id}
            rows={person.groups.toSorted((left, right) => left.display.localeCompare(right.display))}
            empty={<EmptyState title={text.noGroups}>{text.noGroupsHint}</EmptyState>}
          />
        </Section>
      )}
    </Person>
  );
}

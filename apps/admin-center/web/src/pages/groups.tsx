import { Button, Field, Input } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import {
  DateTime,
  EmptyState,
  EntityList,
  Page,
  RouteLink,
  SearchField,
  Section,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
} from '@joinery/ui';
import type { Group } from '@joinery/graph-api/contract';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { pagesOf, searchWords } from '../data/collection.ts';
import { renewDirectory } from '../data/directory.ts';
import { useHasRole } from '../data/session.ts';
import { FormDialog } from '../design/form-dialog.tsx';
import { messages } from '../messages.ts';

const m = messages.groups;

const columns: readonly Column<Group>[] = [
  {
    id: 'name',
    header: m.columns.name,
    render: (row) => <RouteLink href={`/groups/${row.id}`}>{row.displayName ?? row.id}</RouteLink>,
  },
  { id: 'description', header: m.columns.description, render: (row) => row.description ?? '–' },
  {
    id: 'created',
    header: m.columns.created,
    width: '12rem',
    wideOnly: true,
    render: (row) => <DateTime value={row.createdDateTime} />,
  },
];

export function GroupsPage() {
  const [{ search }, setFilters] = useUrlState(['search']);
  const canEdit = useHasRole('Global Administrator');
  const [isAdding, setIsAdding] = useState(false);
  const pages = useKeysetPages<Group>({
    key: ['groups', search],
    load: pagesOf('/v1.0/groups', { $search: searchWords(search), $count: true }),
  });
  return (
    <Page
      title={m.title}
      description={m.description}
      actions={
        canEdit && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setIsAdding(true)}>
            {m.add}
          </Button>
        )
      }
    >
      <Section>
        <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <EntityList
          label={m.title}
          columns={columns}
          pages={pages}
          rowId={(row) => row.id}
          empty={
            search === '' ? <EmptyState title={m.empty}>{m.emptyText}</EmptyState> : <EmptyState title={m.noMatch} />
          }
        />
      </Section>
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
    </Page>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const toasts = useToasts();
  const [displayName, setDisplayName] = useState('');
  const [description, setDescription] = useState('');
  return (
    <FormDialog
      title={m.createTitle}
      action={m.create}
      isReady={displayName.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const made = await api.post<Group>('/v1.0/groups', {
          displayName: displayName.trim(),
          ...(description.trim() === '' ? {} : { description: description.trim() }),
          mailEnabled: false,
          securityEnabled: true,
        });
        toasts.success(m.createdToast(displayName));
        await renewDirectory();
        router.history.push(`/groups/${made.id}`);
      }}
    >
      <Field label={m.displayName} required>
        <Input value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <Field label={m.descriptionField}>
        <Input value={description} onChange={(_, { value }) => setDescription(value)} />
      </Field>
    </FormDialog>
  );
}

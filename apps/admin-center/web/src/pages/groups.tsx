import { Field, Input } from '@fluentui/react-components';
import { DateTime, RouteLink, useToasts, type Column } from '@joinery/ui';
import type { Group } from '@joinery/graph-api/contract';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { renewDirectory } from '../data/directory.ts';
import { DirectoryPage } from '../design/directory-page.tsx';
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
  return (
    <DirectoryPage<Group>
      path="/groups"
      texts={m}
      columns={columns}
      addDialog={(onClose) => <AddDialog onClose={onClose} />}
    />
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

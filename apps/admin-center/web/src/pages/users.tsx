import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityList,
  Page,
  RouteLink,
  SearchField,
  Section,
  StatusBadge,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
} from '@joinery/ui';
import type { User } from '@joinery/graph-api/contract';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { pagesOf, searchWords } from '../data/collection.ts';
import { renewDirectory } from '../data/directory.ts';
import { useHasRole } from '../data/session.ts';
import { FormDialog } from '../design/form-dialog.tsx';
import { messages } from '../messages.ts';

const m = messages.users;

const columns: readonly Column<User>[] = [
  {
    id: 'name',
    header: m.columns.name,
    render: (row) => (
      <RouteLink href={`/users/${row.id}`}>{row.displayName ?? row.userPrincipalName ?? row.id}</RouteLink>
    ),
  },
  { id: 'upn', header: m.columns.upn, render: (row) => row.userPrincipalName },
  { id: 'department', header: m.columns.department, wideOnly: true, render: (row) => row.department ?? '–' },
  { id: 'title', header: m.columns.title, wideOnly: true, render: (row) => row.jobTitle ?? '–' },
  {
    id: 'state',
    header: m.columns.state,
    width: '8rem',
    render: (row) => <AccountBadge isEnabled={row.accountEnabled !== false} />,
  },
];

export function AccountBadge({ isEnabled }: { isEnabled: boolean }) {
  return <StatusBadge tone={isEnabled ? 'success' : 'subtle'}>{isEnabled ? m.enabled : m.disabled}</StatusBadge>;
}

export function UsersPage() {
  const [{ search }, setFilters] = useUrlState(['search']);
  const canEdit = useHasRole('Global Administrator');
  const [isAdding, setIsAdding] = useState(false);
  const pages = useKeysetPages<User>({
    key: ['users', search],
    load: pagesOf('/v1.0/users', {
      $search: searchWords(search),
      $count: true,
      $select: 'id,displayName,userPrincipalName,department,jobTitle,accountEnabled',
    }),
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
  const [given, setGiven] = useState({
    displayName: '',
    userPrincipalName: '',
    givenName: '',
    surname: '',
    jobTitle: '',
    city: '',
  });
  const [isEnabled, setIsEnabled] = useState(true);
  const upn = given.userPrincipalName.trim();
  const isUpn = /^[^@\s]+@[^@\s]+$/.test(upn);
  const field = (name: keyof typeof given, required = false) => (
    <Field
      label={m.fields[name] ?? name}
      required={required}
      {...(name === 'userPrincipalName' && upn !== '' && !isUpn ? { validationMessage: m.upnBad } : {})}
    >
      <Input value={given[name]} onChange={(_, { value }) => setGiven({ ...given, [name]: value })} />
    </Field>
  );
  return (
    <FormDialog
      title={m.createTitle}
      action={m.create}
      isReady={isUpn && given.displayName.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const filled = Object.entries(given).filter(([, value]) => value.trim() !== '');
        const body = { ...Object.fromEntries(filled), accountEnabled: isEnabled, mailNickname: upn.split('@')[0] };
        const made = await api.post<User>('/v1.0/users', body);
        toasts.success(m.createdToast(given.displayName));
        await renewDirectory();
        router.history.push(`/users/${made.id}`);
      }}
    >
      {field('displayName', true)}
      {field('userPrincipalName', true)}
      {field('givenName')}
      {field('surname')}
      {field('jobTitle')}
      {field('city')}
      <Checkbox
        label={m.accountEnabled}
        checked={isEnabled}
        onChange={(_, { checked }) => setIsEnabled(checked === true)}
      />
    </FormDialog>
  );
}

import { Checkbox, Field, Input } from '@fluentui/react-components';
import { RouteLink, StatusBadge, useToasts, type Column } from '@joinery/ui';
import type { User } from '@joinery/graph-api/contract';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { renewDirectory } from '../data/directory.ts';
import { DirectoryPage } from '../design/directory-page.tsx';
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
  { id: 'upn', header: m.columns.upn, width: '32%', render: (row) => row.userPrincipalName },
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
  return (
    <DirectoryPage<User>
      path="/users"
      select="id,displayName,userPrincipalName,department,jobTitle,accountEnabled"
      texts={m}
      columns={columns}
      addDialog={(onClose) => <AddDialog onClose={onClose} />}
    />
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

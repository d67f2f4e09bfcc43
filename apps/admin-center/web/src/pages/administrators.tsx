import { Badge, Button, Field, Input, Radio, RadioGroup, Text } from '@fluentui/react-components';
import { AddRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { EntityTable, Page, QueryView, RelativeTime, Section, useConfirm, useToasts, type Column } from '@joinery/ui';
import type { Administrator, Administrators } from '@joinery/graph-api/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../data/api.ts';
import { meQuery, type Role } from '../data/session.ts';
import { FormDialog } from '../design/form-dialog.tsx';
import { messages } from '../messages.ts';

const m = messages.administrators;
const roles: readonly Role[] = ['Global Administrator', 'Cloud Application Administrator', 'Reports Reader'];

const administratorsQuery = queryOptions({
  queryKey: ['administrators'],
  queryFn: () => api.get<Administrators>('/joinery/administrators'),
});

const renew = () => queryClient.invalidateQueries({ queryKey: administratorsQuery.queryKey });

export function AdministratorsPage() {
  const administrators = useQuery(administratorsQuery);
  const { data: me } = useQuery(meQuery);
  const [edited, setEdited] = useState<Administrator | 'new'>();
  const columns: readonly Column<Administrator>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <>
          {row.displayName} {row.id === me?.id && <Badge appearance="outline">{m.you}</Badge>}
        </>
      ),
    },
    { id: 'email', header: m.columns.email, render: (row) => row.email },
    { id: 'role', header: m.columns.role, render: (row) => row.role },
    {
      id: 'since',
      header: m.columns.since,
      width: '9rem',
      wideOnly: true,
      render: (row) => <RelativeTime value={row.createdDateTime} />,
    },
    {
      id: 'actions',
      header: messages.actions,
      hideHeader: true,
      width: '6rem',
      align: 'end',
      render: (row) => <RowActions administrator={row} onEdit={() => setEdited(row)} />,
    },
  ];
  return (
    <Page
      title={m.title}
      description={m.description}
      actions={
        <Button appearance="primary" icon={<AddRegular />} onClick={() => setEdited('new')}>
          {m.add}
        </Button>
      }
    >
      <Section>
        <QueryView query={administrators}>
          {({ value }) => (
            <EntityTable label={m.title} columns={columns} rows={value} rowId={(row) => row.id} empty={m.empty} />
          )}
        </QueryView>
      </Section>
      {edited !== undefined && (
        <AdministratorDialog edited={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}

function RowActions({ administrator, onEdit }: { administrator: Administrator; onEdit: () => void }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const { displayName: name, id } = administrator;
  const remove = async () => {
    const isSure = await confirm({
      title: m.deleteTitle(name),
      consequences: m.deleteText,
      action: messages.delete,
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await api.delete(`/joinery/administrators/${id}`);
      toasts.success(m.deleted(name));
    } catch (error) {
      toasts.failure(m.failed, error);
    }
    await renew();
  };
  return (
    <>
      <Button appearance="subtle" icon={<EditRegular />} aria-label={m.edit(name)} onClick={onEdit} />
      <Button appearance="subtle" icon={<DeleteRegular />} aria-label={m.delete(name)} onClick={() => void remove()} />
    </>
  );
}

function AdministratorDialog({ edited, onClose }: { edited: Administrator | undefined; onClose: () => void }) {
  const toasts = useToasts();
  const [email, setEmail] = useState(edited?.email ?? '');
  const [displayName, setDisplayName] = useState(edited?.displayName ?? '');
  const [role, setRole] = useState<Role>(edited?.role ?? 'Reports Reader');
  const [password, setPassword] = useState('');
  const isPassword = password.length >= 8 || (edited !== undefined && password === '');
  const submit = async () => {
    const secret = password === '' ? {} : { password };
    if (edited) await api.patch(`/joinery/administrators/${edited.id}`, { displayName, role, ...secret });
    else await api.post('/joinery/administrators', { email, displayName: displayName || email, role, ...secret });
    toasts.success(edited ? m.updated(displayName) : m.created(displayName || email));
    await renew();
  };
  return (
    <FormDialog
      title={edited ? m.editTitle(edited.displayName) : m.createTitle}
      action={edited ? messages.save : m.create}
      isReady={isPassword && email !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      {!edited && (
        <Field label={m.email} required>
          <Input type="email" required value={email} onChange={(_, { value }) => setEmail(value)} />
        </Field>
      )}
      <Field label={m.displayName}>
        <Input value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <Field label={edited ? m.passwordNew : m.password} hint={m.passwordHint} required={!edited}>
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(_, { value }) => setPassword(value)}
        />
      </Field>
      <Field label={m.role}>
        <RadioGroup value={role} onChange={(_, { value }) => setRole(roles.find((one) => one === value) ?? role)}>
          {roles.map((one) => (
            <Radio
              key={one}
              value={one}
              label={
                <>
                  {one}
                  <Text block size={200}>
                    {m.roles[one]}
                  </Text>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
    </FormDialog>
  );
}

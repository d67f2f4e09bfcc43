import { Button, Field, Input, makeStyles, Switch, tokens } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons';
import {
  DateTime,
  EntityList,
  Page,
  QueryView,
  RouteLink,
  Section,
  useConfirm,
  useKeysetPages,
  useToasts,
} from '@joinery/ui';
import type { Group } from '@joinery/graph-api/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useAddressPart } from '../data/address.ts';
import { api } from '../data/api.ts';
import { pagesOf } from '../data/collection.ts';
import { renewDirectory, userFields, userQuery, type UserRecord } from '../data/directory.ts';
import { useHasRole } from '../data/session.ts';
import { Facts } from '../design/facts.tsx';
import { messages } from '../messages.ts';
import { AccountBadge } from './users.tsx';

const m = messages.users;

export function UserPage() {
  const id = useAddressPart('id');
  const user = useQuery(userQuery(id));
  const canEdit = useHasRole('Global Administrator');
  const groups = useKeysetPages<Group>({
    key: ['members', 'of', id],
    load: pagesOf(`/v1.0/users/${id}/memberOf`, { $count: true }),
  });
  return (
    <QueryView query={user} title={m.title}>
      {(shown) => (
        <Page
          title={shown.displayName ?? shown.userPrincipalName ?? id}
          crumbs={[{ label: m.title, href: '/users' }]}
          status={<AccountBadge isEnabled={shown.accountEnabled !== false} />}
          actions={canEdit && <DeleteButton user={shown} />}
        >
          <Section title={m.properties}>
            {canEdit ? <UserForm key={JSON.stringify(shown)} user={shown} /> : <UserFacts user={shown} />}
            <Facts
              facts={[
                [m.objectId, shown.id],
                [m.created, <DateTime key="c" value={shown.createdDateTime} />],
              ]}
            />
          </Section>
          <Section title={m.memberOf}>
            <EntityList
              label={m.memberOf}
              pages={groups}
              rowId={(row) => row.id}
              empty={m.noGroups}
              columns={[
                {
                  id: 'name',
                  header: messages.groups.columns.name,
                  render: (row) => <RouteLink href={`/groups/${row.id}`}>{row.displayName ?? row.id}</RouteLink>,
                },
              ]}
            />
          </Section>
        </Page>
      )}
    </QueryView>
  );
}

function UserFacts({ user }: { user: UserRecord }) {
  return <Facts facts={userFields.map((name) => [m.fields[name] ?? name, user[name] ?? '–'])} />;
}

function UserForm({ user }: { user: UserRecord }) {
  const styles = useStyles();
  const confirm = useConfirm();
  const toasts = useToasts();
  const [values, setValues] = useState<ReadonlyMap<string, string>>(
    () => new Map(userFields.map((name) => [name, user[name] ?? ''])),
  );
  const [isEnabled, setIsEnabled] = useState(user.accountEnabled !== false);
  const changed = userFields.filter((name) => (values.get(name) ?? '') !== (user[name] ?? ''));
  const isChanged = changed.length > 0 || isEnabled !== (user.accountEnabled !== false);
  const saving = useMutation({
    mutationFn: () =>
      api.patch(`/v1.0/users/${user.id}`, {
        ...Object.fromEntries(changed.map((name) => [name, values.get(name)?.trim() || null])),
        accountEnabled: isEnabled,
      }),
    onSuccess: async () => {
      toasts.success(messages.saved);
      await renewDirectory();
    },
    onError: (error) => toasts.failure(messages.notSaved, error),
  });
  const save = async () => {
    const isLeaving = user.accountEnabled !== false && !isEnabled;
    const name = user.displayName ?? '';
    if (isLeaving && !(await confirm({ title: m.disableTitle(name), consequences: m.disableText, action: m.disable })))
      return;
    saving.mutate();
  };
  return (
    <form
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Switch label={m.accountEnabled} checked={isEnabled} onChange={(_, { checked }) => setIsEnabled(checked)} />
      <div className={styles.grid}>
        {userFields.map((name) => (
          <Field
            key={name}
            label={m.fields[name] ?? name}
            required={name === 'displayName' || name === 'userPrincipalName'}
          >
            <Input
              value={values.get(name) ?? ''}
              onChange={(_, { value }) => setValues(new Map([...values, [name, value]]))}
            />
          </Field>
        ))}
      </div>
      <div>
        <Button type="submit" appearance="primary" disabled={!isChanged || saving.isPending}>
          {messages.save}
        </Button>
      </div>
    </form>
  );
}

function DeleteButton({ user }: { user: UserRecord }) {
  const router = useRouter();
  const confirm = useConfirm();
  const toasts = useToasts();
  const name = user.displayName ?? user.userPrincipalName ?? user.id;
  const remove = async () => {
    const isSure = await confirm({
      title: m.deleteTitle(name),
      consequences: m.deleteText,
      action: messages.delete,
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await api.delete(`/v1.0/users/${user.id}`);
      toasts.success(m.deleted(name));
      router.history.push('/users');
      await renewDirectory();
    } catch (error) {
      toasts.failure(m.failed, error);
    }
  };
  return (
    <Button icon={<DeleteRegular />} onClick={() => void remove()}>
      {m.delete}
    </Button>
  );
}

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  grid: {
    display: 'grid',
    gap: tokens.spacingHorizontalM,
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(280px, 100%), 1fr))',
  },
});

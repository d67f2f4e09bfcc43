import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular, DeleteRegular, PersonDeleteRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityList,
  Page,
  QueryView,
  RouteLink,
  Section,
  useConfirm,
  useKeysetPages,
  useToasts,
  type Column,
} from '@joinery/ui';
import type { DirectoryObject as Member, Group } from '@joinery/graph-api/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useAddressPart } from '../data/address.ts';
import { api, queryClient } from '../data/api.ts';
import { pagesOf } from '../data/collection.ts';
import {
  groupQuery,
  memberCountQuery,
  objectReference,
  renewDirectory,
  type DirectoryObject,
} from '../data/directory.ts';
import { useHasRole } from '../data/session.ts';
import { Facts } from '../design/facts.tsx';
import { FormDialog } from '../design/form-dialog.tsx';
import { ObjectPicker } from '../design/object-picker.tsx';
import { messages } from '../messages.ts';

const m = messages.groups;
const chosenMax = 20;

export function GroupPage() {
  const id = useAddressPart('id');
  const group = useQuery(groupQuery(id));
  const canEdit = useHasRole('Global Administrator');
  return (
    <QueryView query={group} title={m.title}>
      {(shown) => (
        <Page
          title={shown.displayName ?? id}
          crumbs={[{ label: m.title, href: '/groups' }]}
          actions={canEdit && <DeleteButton group={shown} />}
        >
          <Members group={shown} canEdit={canEdit} />
          <Section title={m.properties}>
            {canEdit && <GroupForm key={JSON.stringify(shown)} group={shown} />}
            <Facts
              facts={[
                ...(canEdit ? [] : [[m.descriptionField, shown.description ?? '–'] as const]),
                [messages.users.objectId, shown.id],
              ]}
            />
          </Section>
        </Page>
      )}
    </QueryView>
  );
}

function Members({ group, canEdit }: { group: Group; canEdit: boolean }) {
  const [isAdding, setIsAdding] = useState(false);
  const pages = useKeysetPages<Member>({
    key: ['members', group.id],
    load: pagesOf(`/v1.0/groups/${group.id}/members`, { $count: true }),
  });
  const columns: readonly Column<Member>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <RouteLink href={`/${isGroup(row) ? 'groups' : 'users'}/${row.id}`}>{row.displayName ?? row.id}</RouteLink>
      ),
    },
    {
      id: 'type',
      header: messages.assignments.columns.type,
      width: '8rem',
      render: (row) => messages.assignments.type[isGroup(row) ? 'Group' : 'User'],
    },
    ...(canEdit
      ? [
          {
            id: 'remove',
            header: messages.actions,
            hideHeader: true,
            width: '4rem',
            render: (row: Member) => <RemoveButton group={group} member={row} />,
          },
        ]
      : []),
  ];
  return (
    <Section
      title={m.members}
      actions={
        canEdit && (
          <Button icon={<AddRegular />} appearance="primary" onClick={() => setIsAdding(true)}>
            {m.addMember}
          </Button>
        )
      }
    >
      <EntityList
        label={m.members}
        columns={columns}
        pages={pages}
        rowId={(row) => row.id}
        empty={<EmptyState title={m.noMembers}>{m.noMembersText}</EmptyState>}
      />
      {isAdding && <AddDialog group={group} onClose={() => setIsAdding(false)} />}
    </Section>
  );
}

const isGroup = (member: Member) => member['@odata.type'].endsWith('group');

function AddDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const toasts = useToasts();
  const [chosen, setChosen] = useState<readonly DirectoryObject[]>([]);
  return (
    <FormDialog
      title={m.addMemberTitle}
      action={m.addMembers(chosen.length)}
      isReady={chosen.length > 0}
      onClose={onClose}
      onSubmit={async () => {
        const members = chosen.map((object) => objectReference(object.id)['@odata.id']);
        await api.patch(`/v1.0/groups/${group.id}`, { 'members@odata.bind': members });
        toasts.success(m.added(chosen.length));
        await renewDirectory();
      }}
    >
      <ObjectPicker
        kinds={['User', 'Group']}
        label={messages.assignments.dialogSearch}
        chosen={chosen}
        onChange={setChosen}
        max={chosenMax}
      />
      <Text aria-live="polite">{messages.assignments.selected(chosen.length)}</Text>
    </FormDialog>
  );
}

function RemoveButton({ group, member }: { group: Group; member: Member }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const name = member.displayName ?? member.id;
  const remove = async () => {
    const title = m.removeTitle(name, group.displayName ?? '');
    if (!(await confirm({ title, consequences: m.removeText, action: messages.remove, isDangerous: true }))) return;
    try {
      await api.delete(`/v1.0/groups/${group.id}/members/${member.id}/$ref`);
      toasts.success(m.removed(name));
    } catch (error) {
      toasts.failure(m.failed, error);
    }
    await renewDirectory();
  };
  return (
    <Button
      appearance="subtle"
      icon={<PersonDeleteRegular />}
      aria-label={m.removeMember(name)}
      onClick={() => void remove()}
    />
  );
}

function GroupForm({ group }: { group: Group }) {
  const styles = useStyles();
  const toasts = useToasts();
  const [displayName, setDisplayName] = useState(group.displayName ?? '');
  const [description, setDescription] = useState(group.description ?? '');
  const isChanged = displayName !== (group.displayName ?? '') || description !== (group.description ?? '');
  const saving = useMutation({
    mutationFn: () =>
      api.patch(`/v1.0/groups/${group.id}`, {
        displayName: displayName.trim(),
        description: description.trim() || null,
      }),
    onSuccess: async () => {
      toasts.success(messages.saved);
      await renewDirectory();
    },
    onError: (error) => toasts.failure(messages.notSaved, error),
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Field label={m.displayName} required>
        <Input value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <Field label={m.descriptionField}>
        <Input value={description} onChange={(_, { value }) => setDescription(value)} />
      </Field>
      <div>
        <Button
          type="submit"
          appearance="primary"
          disabled={!isChanged || displayName.trim() === '' || saving.isPending}
        >
          {messages.save}
        </Button>
      </div>
    </form>
  );
}

function DeleteButton({ group }: { group: Group }) {
  const router = useRouter();
  const confirm = useConfirm();
  const toasts = useToasts();
  const name = group.displayName ?? group.id;
  const remove = async () => {
    const count = await queryClient.fetchQuery(memberCountQuery(group.id)).catch(() => undefined);
    const isSure = await confirm({
      title: m.deleteTitle(name),
      consequences: m.deleteText(messages.assignments.members(count)),
      action: messages.delete,
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await api.delete(`/v1.0/groups/${group.id}`);
      toasts.success(m.deleted(name));
      router.history.push('/groups');
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

const useStyles = makeStyles({ form: { display: 'grid', gap: tokens.spacingVerticalM, maxWidth: '640px' } });

import type { AppRoleAssignment, ServicePrincipal } from '@joinery/graph-api/contract';
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Select,
  Switch,
  Text,
} from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityList,
  RelativeTime,
  RouteLink,
  SearchField,
  Section,
  uiMessages,
  useConfirm,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { api, queryClient } from '../../data/api.ts';
import { applicationQuery } from '../../data/applications.ts';
import { pagesOf, quoteText } from '../../data/collection.ts';
import { memberCountQuery, type DirectoryObject } from '../../data/directory.ts';
import { useHasRole } from '../../data/session.ts';
import { ObjectPicker } from '../../design/object-picker.tsx';
import { messages } from '../../messages.ts';

const m = messages.assignments;
const defaultRoleId = '00000000-0000-0000-0000-000000000000';
const chosenMax = 20;

export function AssignmentsTab() {
  const id = useAddressPart('id');
  const { data: application } = useQuery(applicationQuery(id));
  const canEdit = useHasRole('Cloud Application Administrator');
  const [{ search }, setFilters] = useUrlState(['search']);
  const [isAdding, setIsAdding] = useState(false);
  const pages = useKeysetPages<AppRoleAssignment>({
    key: ['assignments', id, search],
    load: pagesOf(`/v1.0/servicePrincipals/${id}/appRoleAssignedTo`, {
      $count: true,
      $filter: search === '' ? undefined : `startswith(principalDisplayName,${quoteText(search)})`,
    }),
  });
  const add = canEdit && (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setIsAdding(true)}>
      {m.add}
    </Button>
  );
  const columns: readonly Column<AppRoleAssignment>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <RouteLink href={`/${row.principalType === 'User' ? 'users' : 'groups'}/${row.principalId}`}>
          {row.principalDisplayName}
        </RouteLink>
      ),
    },
    { id: 'type', header: m.columns.type, width: '8rem', render: (row) => m.type[row.principalType] },
    {
      id: 'role',
      header: m.columns.role,
      render: (row) =>
        canEdit && application ? (
          <RolePicker assignment={row} application={application} />
        ) : (
          roleName(application, row.appRoleId)
        ),
    },
    {
      id: 'nested',
      header: m.columns.nested,
      width: '9rem',
      render: (row) => (row.principalType === 'User' ? '' : <NestedSwitch assignment={row} isFixed={!canEdit} />),
    },
    {
      id: 'since',
      header: m.columns.since,
      width: '9rem',
      wideOnly: true,
      render: (row) => <RelativeTime value={row.createdDateTime} />,
    },
    ...(canEdit
      ? [
          {
            id: 'remove',
            header: messages.actions,
            hideHeader: true,
            width: '4rem',
            render: (row: AppRoleAssignment) => <RemoveButton assignment={row} />,
          },
        ]
      : []),
  ];
  return (
    <Section description={m.description} actions={add}>
      <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
      <EntityList
        label={messages.application.tabs.users}
        columns={columns}
        pages={pages}
        rowId={(row) => row.id}
        empty={search === '' ? <EmptyState title={m.empty}>{m.emptyText}</EmptyState> : <EmptyState title={m.nobody} />}
      />
      {isAdding && application && <AddDialog application={application} onClose={() => setIsAdding(false)} />}
    </Section>
  );
}

function roleName(application: ServicePrincipal | undefined, roleId: string): string {
  return application?.appRoles.find((role) => role.id === roleId)?.displayName ?? m.defaultRole;
}

function assign(
  applicationId: string,
  principalId: string,
  appRoleId: string,
  includesNestedGroups: boolean,
): Promise<void> {
  return api.post(`/v1.0/servicePrincipals/${applicationId}/appRoleAssignedTo`, {
    principalId,
    resourceId: applicationId,
    appRoleId,
    ...(includesNestedGroups ? { includesNestedGroups } : {}),
  });
}

const isGroup = (object: DirectoryObject) => object.kind === 'Group';

const renew = (applicationId: string) => queryClient.invalidateQueries({ queryKey: ['assignments', applicationId] });

/** A role is changed by a new assignment in place of the old one, as Graph has it. */
function RolePicker({ assignment, application }: { assignment: AppRoleAssignment; application: ServicePrincipal }) {
  const toasts = useToasts();
  const change = useMutation({
    mutationFn: async (roleId: string) => {
      await assign(application.id, assignment.principalId, roleId, assignment.includesNestedGroups);
      await api.delete(`/v1.0/servicePrincipals/${application.id}/appRoleAssignedTo/${assignment.id}`);
    },
    onSuccess: () => toasts.success(m.changed(assignment.principalDisplayName)),
    onError: (error) => toasts.failure(m.failed, error),
    onSettled: () => renew(application.id),
  });
  return (
    <Select
      size="small"
      aria-label={`${m.changeRole}: ${assignment.principalDisplayName}`}
      value={assignment.appRoleId}
      disabled={change.isPending}
      onChange={(_, { value }) => change.mutate(value)}
    >
      {roleOptions(application, assignment.appRoleId)}
    </Select>
  );
}

/** Whether the members of the groups inside an assigned group are in scope too. */
function NestedSwitch({ assignment, isFixed }: { assignment: AppRoleAssignment; isFixed: boolean }) {
  const toasts = useToasts();
  const { id, resourceId, principalDisplayName: name } = assignment;
  const change = useMutation({
    mutationFn: (includesNestedGroups: boolean) =>
      api.patch(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${id}`, { includesNestedGroups }),
    onSuccess: (_, isOn) => toasts.success(isOn ? m.nestedOn(name) : m.nestedOff(name)),
    onError: (error) => toasts.failure(m.failed, error),
    onSettled: () => renew(resourceId),
  });
  return (
    <Switch
      aria-label={`${m.nested}: ${name}`}
      checked={change.isPending ? change.variables : assignment.includesNestedGroups}
      disabled={isFixed || change.isPending}
      onChange={(_, { checked }) => change.mutate(checked)}
    />
  );
}

function roleOptions(application: ServicePrincipal, current?: string) {
  const roles = application.appRoles.filter((role) => role.isEnabled && role.allowedMemberTypes.includes('User'));
  return (
    <>
      {(roles.length === 0 || current === defaultRoleId) && <option value={defaultRoleId}>{m.defaultRole}</option>}
      {roles.map((role) => (
        <option key={role.id} value={role.id}>
          {role.displayName}
        </option>
      ))}
    </>
  );
}

function RemoveButton({ assignment }: { assignment: AppRoleAssignment }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const remove = async () => {
    const { principalDisplayName: name, principalType, principalId, resourceId } = assignment;
    const members =
      principalType === 'Group'
        ? await queryClient.fetchQuery(memberCountQuery(principalId)).catch(() => undefined)
        : undefined;
    const isSure = await confirm({
      title: m.removeTitle(name),
      consequences: principalType === 'User' ? m.removeUser : m.removeGroup(m.members(members)),
      action: messages.remove,
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await api.delete(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${assignment.id}`);
      toasts.success(m.removed(name));
    } catch (error) {
      toasts.failure(m.failed, error);
    }
    await renew(resourceId);
  };
  return (
    <Button
      appearance="subtle"
      icon={<DeleteRegular />}
      aria-label={m.remove(assignment.principalDisplayName)}
      onClick={() => void remove()}
    />
  );
}

function AddDialog({ application, onClose }: { application: ServicePrincipal; onClose: () => void }) {
  const toasts = useToasts();
  const [chosen, setChosen] = useState<readonly DirectoryObject[]>([]);
  const [roleId, setRoleId] = useState(application.appRoles.find((role) => role.isEnabled)?.id ?? defaultRoleId);
  const [withNested, setWithNested] = useState(false);
  const addition = useMutation({
    mutationFn: async () => {
      for (const object of chosen) await assign(application.id, object.id, roleId, withNested && isGroup(object));
    },
    onSuccess: () => {
      toasts.success(m.assigned(chosen.length));
      onClose();
    },
    onError: (error) => toasts.failure(m.failed, error),
    onSettled: () => renew(application.id),
  });
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{m.dialogTitle}</DialogTitle>
          <DialogContent style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <ObjectPicker
              kinds={['Group', 'User']}
              label={m.dialogSearch}
              chosen={chosen}
              onChange={setChosen}
              max={chosenMax}
            />
            <Text aria-live="polite">{m.selected(chosen.length)}</Text>
            <Field label={m.role}>
              <Select value={roleId} onChange={(_, { value }) => setRoleId(value)}>
                {roleOptions(application)}
              </Select>
            </Field>
            {chosen.some(isGroup) && (
              <Field hint={m.nestedHint}>
                <Switch label={m.nested} checked={withNested} onChange={(_, { checked }) => setWithNested(checked)} />
              </Field>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{uiMessages.cancel}</Button>
            <Button
              appearance="primary"
              disabled={chosen.length === 0 || addition.isPending}
              onClick={() => addition.mutate()}
            >
              {m.assign(chosen.length)}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

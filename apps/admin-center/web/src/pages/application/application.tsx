import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';
import { Details, QueryView, useConfirm, useToasts } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useAddressPart } from '../../data/address.ts';
import { applicationQuery, deleteApplication } from '../../data/applications.ts';
import { useJob, useLiveJobs } from '../../data/jobs.ts';
import { useHasRole } from '../../data/session.ts';
import { entryCount, HealthBadge } from '../../design/health-badge.tsx';
import { messages } from '../../messages.ts';

const m = messages.application;

/** The frame of one enterprise application; its tabs are routes below it. */
export function ApplicationPage() {
  const id = useAddressPart('id');
  const application = useQuery(applicationQuery(id));
  const { data: overview } = useJob(id);
  const canEdit = useHasRole('Cloud Application Administrator');
  useLiveJobs(id);
  const base = `/enterprise-applications/${id}`;
  const tabs = [
    { label: m.tabs.overview, href: base },
    { label: m.tabs.users, href: `${base}/users-and-groups` },
    ...(canEdit
      ? [
          { label: m.tabs.provisioning, href: `${base}/provisioning` },
          { label: m.tabs.mapping, href: `${base}/attribute-mapping` },
          { label: m.tabs.onDemand, href: `${base}/provision-on-demand` },
        ]
      : []),
    { label: m.tabs.preview, href: `${base}/preview` },
    { label: m.tabs.identities, href: `${base}/identities` },
    { label: m.tabs.links, href: `${base}/links` },
    { label: m.tabs.logs, href: `${base}/provisioning-logs` },
    { label: m.tabs.audit, href: `${base}/audit-logs` },
  ];
  return (
    <QueryView query={application} title={messages.applications.title}>
      {({ displayName }) => (
        <Details
          title={displayName}
          crumbs={[{ label: messages.applications.title, href: '/enterprise-applications' }]}
          status={<HealthBadge overview={overview} />}
          actions={canEdit && <DeleteMenu id={id} name={displayName} />}
          tabs={tabs}
        >
          <Outlet />
        </Details>
      )}
    </QueryView>
  );
}

function DeleteMenu({ id, name }: { id: string; name: string }) {
  const router = useRouter();
  const confirm = useConfirm();
  const toasts = useToasts();
  const { data: overview } = useJob(id);
  const remove = async () => {
    const isSure = await confirm({
      title: m.deleteTitle(name),
      consequences: m.deleteText(entryCount(overview, 'User'), entryCount(overview, 'Group')),
      action: messages.delete,
      isDangerous: true,
      typeToConfirm: name,
    });
    if (!isSure) return;
    try {
      await deleteApplication(id);
      toasts.success(m.deleted(name));
      router.history.push('/enterprise-applications');
    } catch (error) {
      toasts.failure(messages.overview.failed, error);
    }
  };
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={messages.actions} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => void remove()}>{m.delete}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

import { Button, Tab, TabList } from '@fluentui/react-components';
import {
  EmptyState,
  EntityList,
  Page,
  RelativeTime,
  Section,
  useConfirm,
  useKeysetPages,
  useToasts,
  useUrlState,
} from '@joinery/ui';
import { api } from '../data/api.ts';
import { pagesOf } from '../data/collection.ts';
import { renewDirectory } from '../data/directory.ts';
import { useHasRole } from '../data/session.ts';
import { messages } from '../messages.ts';

const m = messages.deleted;

interface DeletedObject {
  readonly id: string;
  readonly displayName?: string | null;
  readonly userPrincipalName?: string;
  readonly deletedDateTime?: string | null;
}

export function RecycleBinPage() {
  const [{ type }, setFilters] = useUrlState(['type']);
  const kind = type === 'group' ? 'group' : 'user';
  const canEdit = useHasRole('Global Administrator');
  const pages = useKeysetPages<DeletedObject>({
    key: ['deleted', kind],
    load: pagesOf(`/v1.0/directory/deletedItems/microsoft.graph.${kind}`, {
      $select: kind === 'user' ? 'id,displayName,userPrincipalName,deletedDateTime' : 'id,displayName,deletedDateTime',
    }),
  });
  return (
    <Page title={m.title} description={m.description}>
      <Section>
        <TabList
          selectedValue={kind}
          onTabSelect={(_, { value }) => setFilters({ type: value === 'group' ? 'group' : '' })}
        >
          <Tab value="user">{m.users}</Tab>
          <Tab value="group">{m.groups}</Tab>
        </TabList>
        <EntityList
          label={m.title}
          pages={pages}
          rowId={(row) => row.id}
          empty={<EmptyState title={m.empty} />}
          columns={[
            { id: 'name', header: m.columns.name, render: (row) => row.displayName ?? row.userPrincipalName ?? row.id },
            {
              id: 'deleted',
              header: m.columns.deleted,
              width: '10rem',
              render: (row) => <RelativeTime value={row.deletedDateTime} />,
            },
            ...(canEdit
              ? [
                  {
                    id: 'actions',
                    header: messages.actions,
                    hideHeader: true,
                    width: '18rem',
                    align: 'end' as const,
                    render: (row: DeletedObject) => <Actions object={row} />,
                  },
                ]
              : []),
          ]}
        />
      </Section>
    </Page>
  );
}

function Actions({ object }: { object: DeletedObject }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const name = object.displayName ?? object.userPrincipalName ?? object.id;
  const attempt = async (work: Promise<unknown>, done: string) => {
    try {
      await work;
      toasts.success(done);
    } catch (error) {
      toasts.failure(m.failed, error);
    }
    await renewDirectory();
  };
  const path = `/v1.0/directory/deletedItems/${object.id}`;
  const purge = async () => {
    const isSure = await confirm({
      title: m.purgeTitle(name),
      consequences: m.purgeText,
      action: m.purge,
      isDangerous: true,
      typeToConfirm: name,
    });
    if (isSure) await attempt(api.delete(path), m.purged(name));
  };
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8, justifyContent: 'flex-end' }}>
      <Button
        size="small"
        aria-label={m.restoreNamed(name)}
        onClick={() => void attempt(api.post(`${path}/restore`), m.restored(name))}
      >
        {m.restore}
      </Button>
      <Button size="small" aria-label={m.purgeNamed(name)} onClick={() => void purge()}>
        {m.purge}
      </Button>
    </span>
  );
}

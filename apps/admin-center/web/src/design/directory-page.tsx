import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityList,
  Page,
  SearchField,
  Section,
  useKeysetPages,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useState, type ReactNode } from 'react';
import { pagesOf, searchWords } from '../data/collection.ts';
import { useHasRole } from '../data/session.ts';

/** The list of one kind of directory object: search, pages from the server, and a dialog to add one. */
export function DirectoryPage<Row extends { readonly id: string }>({
  path,
  select,
  texts,
  columns,
  addDialog,
}: {
  path: '/users' | '/groups';
  /** Graph's `$select`; everything without it. */
  select?: string;
  texts: Readonly<Record<'title' | 'description' | 'search' | 'add' | 'empty' | 'emptyText' | 'noMatch', string>>;
  columns: readonly Column<Row>[];
  addDialog: (onClose: () => void) => ReactNode;
}) {
  const [{ search }, setFilters] = useUrlState(['search']);
  const canEdit = useHasRole('Global Administrator');
  const [isAdding, setIsAdding] = useState(false);
  const pages = useKeysetPages<Row>({
    key: [path.slice(1), search],
    load: pagesOf(`/v1.0${path}`, { $search: searchWords(search), $count: true, $select: select }),
  });
  return (
    <Page
      title={texts.title}
      description={texts.description}
      actions={
        canEdit && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setIsAdding(true)}>
            {texts.add}
          </Button>
        )
      }
    >
      <Section>
        <SearchField label={texts.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <EntityList
          label={texts.title}
          columns={columns}
          pages={pages}
          rowId={(row) => row.id}
          empty={
            search === '' ? (
              <EmptyState title={texts.empty}>{texts.emptyText}</EmptyState>
            ) : (
              <EmptyState title={texts.noMatch} />
            )
          }
        />
      </Section>
      {isAdding && addDialog(() => setIsAdding(false))}
    </Page>
  );
}

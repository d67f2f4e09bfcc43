import { Button } from '@fluentui/react-components';
import {
  EmptyState,
  EntityList,
  LinkButton,
  Page,
  SearchField,
  Section,
  type Column,
  type KeysetPages,
} from '@joinery/ui';
import type { ReactNode } from 'react';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';
import { FilterBar } from './filter-bar.tsx';

export interface ListTexts {
  readonly title: string;
  readonly lead: string;
  readonly searchLabel: string;
  readonly caption: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly noneFound: string;
  readonly noneFoundHint: string;
  readonly clear: string;
}

/** A list of provisioned resources of any length with its search; `filters` stand beside the search. */
export function ListPage<Row extends { readonly id: string }>({
  text,
  columns,
  pages,
  search,
  onSearch,
  filters,
  isFiltered,
  onClear,
}: {
  text: ListTexts;
  columns: readonly Column<Row>[];
  pages: KeysetPages<Row>;
  search: string;
  onSearch: (search: string) => void;
  filters?: ReactNode;
  isFiltered: boolean;
  onClear: () => void;
}) {
  return (
    <Page title={text.title} description={text.lead}>
      <Section>
        <FilterBar>
          <SearchField label={text.searchLabel} value={search} onSearch={onSearch} />
          {filters}
        </FilterBar>
        <EntityList
          label={text.caption}
          columns={columns}
          rowId={(row) => row.id}
          pages={pages}
          empty={
            isFiltered ? (
              <EmptyState title={text.noneFound} action={<Button onClick={onClear}>{text.clear}</Button>}>
                {text.noneFoundHint}
              </EmptyState>
            ) : (
              <EmptyState
                title={text.empty}
                action={<LinkButton href={paths.guide}>{messages.people.emptyAction}</LinkButton>}
              >
                {text.emptyHint}
              </EmptyState>
            )
          }
        />
      </Section>
    </Page>
  );
}

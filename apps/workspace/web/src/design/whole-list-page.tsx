import { EmptyState, EntityTable, LinkButton, Page, QueryView, Section, type Column } from '@joinery/ui';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

export interface WholeListTexts {
  readonly title: string;
  readonly lead: string;
  readonly create: string;
  readonly caption: string;
  readonly empty: string;
  readonly emptyHint: string;
}

/** A list that is short enough to be shown whole, and the way to a new entry. */
export function WholeListPage<Row extends { readonly id: string }, Answer>({
  text,
  createHref,
  status,
  query,
  columns,
  rows,
}: {
  text: WholeListTexts;
  createHref: string;
  status?: ReactNode;
  query: UseQueryResult<Answer>;
  columns: readonly Column<Row>[];
  rows: (answer: Answer) => readonly Row[];
}) {
  const create = (
    <LinkButton appearance="primary" href={createHref}>
      {text.create}
    </LinkButton>
  );
  return (
    <Page title={text.title} description={text.lead} status={status} actions={create}>
      <Section>
        <QueryView query={query}>
          {(answer) => (
            <EntityTable
              label={text.caption}
              columns={columns}
              rowId={(row) => row.id}
              rows={rows(answer)}
              empty={<EmptyState title={text.empty}>{text.emptyHint}</EmptyState>}
            />
          )}
        </QueryView>
      </Section>
    </Page>
  );
}

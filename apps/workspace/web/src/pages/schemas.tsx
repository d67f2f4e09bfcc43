import { Details, EmptyState, EntityTable, LinkButton, QueryView, RouteLink, Section, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ExtensionView, ResourceTypeView } from '@joinery/workspace/contract';
import { extensionsQuery, resourceTypesQuery, type DefinitionKind } from '../data/schemas.ts';
import { TwoLines } from '../design/two-lines.tsx';
import { schemaMessages } from '../messages/administration.ts';
import { paths } from '../paths.ts';

const text = schemaMessages;

function SchemasFrame({ kind, label, children }: { kind: DefinitionKind; label: string; children: ReactNode }) {
  return (
    <Details
      title={text.title}
      description={text.lead}
      actions={
        <LinkButton appearance="primary" href={paths.newDefinition(kind)}>
          {label}
        </LinkButton>
      }
      tabs={[
        { label: text.extensionsTab, href: paths.schemas },
        { label: text.typesTab, href: paths.resourceTypes },
      ]}
    >
      <Section>{children}</Section>
    </Details>
  );
}

const extensionColumns: readonly Column<ExtensionView>[] = [
  {
    id: 'name',
    header: text.extension,
    render: ({ id, name }) => (
      <TwoLines first={<RouteLink href={paths.definition('extension', id)}>{name}</RouteLink>} second={id} />
    ),
  },
  {
    id: 'extends',
    header: text.extends,
    width: '160px',
    render: ({ resourceType }) => text.extended[resourceType],
  },
  {
    id: 'attributes',
    header: text.attributesCount,
    width: '120px',
    render: ({ attributes }) => attributes.length,
  },
];

export function ExtensionsPage() {
  const query = useQuery(extensionsQuery);
  return (
    <SchemasFrame kind="extension" label={text.addExtension}>
      <QueryView query={query}>
        {({ schemas }) => (
          <EntityTable
            label={text.extensionsCaption}
            columns={extensionColumns}
            rowId={({ id }) => id}
            rows={schemas}
            empty={<EmptyState title={text.noExtensions}>{text.noExtensionsHint}</EmptyState>}
          />
        )}
      </QueryView>
    </SchemasFrame>
  );
}

const typeColumns: readonly Column<ResourceTypeView>[] = [
  {
    id: 'name',
    header: text.resourceType,
    render: ({ name, schema }) => (
      <TwoLines
        first={<RouteLink href={paths.definition('resource-type', name)}>{name}</RouteLink>}
        second={schema.id}
      />
    ),
  },
  { id: 'endpoint', header: text.endpoint, width: '200px', render: ({ endpoint }) => endpoint },
  {
    id: 'attributes',
    header: text.attributesCount,
    width: '120px',
    render: ({ schema }) => schema.attributes.length,
  },
];

export function ResourceTypesPage() {
  const query = useQuery(resourceTypesQuery);
  return (
    <SchemasFrame kind="resource-type" label={text.addType}>
      <QueryView query={query}>
        {({ resourceTypes }) => (
          <EntityTable
            label={text.typesCaption}
            columns={typeColumns}
            rowId={({ name }) => name}
            rows={resourceTypes}
            empty={<EmptyState title={text.noTypes}>{text.noTypesHint}</EmptyState>}
          />
        )}
      </QueryView>
    </SchemasFrame>
  );
}

import { Button } from '@fluentui/react-components';
import { EmptyState, EntityTable, LinkButton, QueryView, RouteLink, Section, useToasts } from '@joinery/ui';
import type { ObjectMapping } from '@joinery/provisioning/ports';
import { useQuery } from '@tanstack/react-query';
import { useAddressPart } from '../../data/address.ts';
import { useJob } from '../../data/jobs.ts';
import { objectMappings, schemaQuery } from '../../data/mapping.ts';
import { messages } from '../../messages.ts';
import { useSchemaChange } from './schema-change.tsx';

const m = messages.mapping;

export function MappingsTab() {
  const id = useAddressPart('id');
  const job = useJob(id);
  return (
    <QueryView query={job}>
      {(overview) =>
        overview ? (
          <Mappings id={id} jobId={overview.job.id} />
        ) : (
          <EmptyState
            title={messages.application.notConfigured}
            action={
              <LinkButton href={`/enterprise-applications/${id}/provisioning`}>
                {messages.application.configure}
              </LinkButton>
            }
          >
            {messages.application.notConfiguredText}
          </EmptyState>
        )
      }
    </QueryView>
  );
}

function Mappings({ id, jobId }: { id: string; jobId: string }) {
  const schema = useQuery(schemaQuery(id, jobId));
  const toasts = useToasts();
  const change = useSchemaChange(id, jobId);
  const restore = () =>
    change.mutate({ kind: 'default' }, { onError: (error) => toasts.failure(messages.notSaved, error) });
  return (
    <Section
      description={m.listText}
      actions={
        <Button disabled={change.isPending} onClick={restore}>
          {m.restore}
        </Button>
      }
    >
      <QueryView query={schema}>
        {(shown) => (
          <EntityTable<ObjectMapping>
            label={messages.application.tabs.mapping}
            rows={objectMappings(shown)}
            rowId={(mapping) => mapping.sourceObjectName}
            empty={m.noMappings}
            columns={[
              {
                id: 'name',
                header: m.columns.name,
                render: (mapping) => (
                  <RouteLink href={`/enterprise-applications/${id}/attribute-mapping/${mapping.sourceObjectName}`}>
                    {m.rows[mapping.sourceObjectName] ?? mapping.name}
                  </RouteLink>
                ),
              },
              {
                id: 'enabled',
                header: m.columns.enabled,
                width: '6rem',
                render: (mapping) => (mapping.enabled ? m.yes : m.no),
              },
              {
                id: 'count',
                header: m.columns.mappings,
                width: '9rem',
                align: 'end',
                render: (mapping) => mapping.attributeMappings.length,
              },
              {
                id: 'scope',
                header: m.columns.scope,
                render: (mapping) => {
                  const filters = mapping.scope?.groups.length ?? 0;
                  return filters === 0 ? m.allRecords : m.filters(filters);
                },
              },
              {
                id: 'actions',
                header: m.columns.actions,
                render: (mapping) =>
                  mapping.flowTypes
                    .split(',')
                    .map((flow) => m.flow[flow.trim()] ?? flow)
                    .join(', '),
              },
            ]}
          />
        )}
      </QueryView>
    </Section>
  );
}

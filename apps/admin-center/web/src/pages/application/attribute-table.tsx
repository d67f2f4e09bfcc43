import type { AttributeMapping, ObjectMapping, SynchronizationSchema } from '@joinery/provisioning/ports';
import { Button } from '@fluentui/react-components';
import { AddRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { EmptyState, EntityTable, Section } from '@joinery/ui';
import { useState } from 'react';
import { attributesOf } from '../../data/mapping.ts';
import { messages } from '../../messages.ts';
import { AttributeDialog } from './attribute-dialog.tsx';
import { PreviewValue, type Preview } from './preview.tsx';

const m = messages.mapping;

/** The attribute mappings of one object, with what the previewed object would get beside each. */
export function AttributeTable({
  schema,
  mapping,
  preview: { trial },
  onChange,
}: {
  schema: SynchronizationSchema;
  mapping: ObjectMapping;
  preview: Preview;
  onChange: (mapping: ObjectMapping) => void;
}) {
  const [edited, setEdited] = useState<AttributeMapping | 'new'>();
  const put = (attributeMappings: readonly AttributeMapping[]) => onChange({ ...mapping, attributeMappings });
  const rows = mapping.attributeMappings.toSorted(
    (a, b) => (a.matchingPriority || Number.MAX_SAFE_INTEGER) - (b.matchingPriority || Number.MAX_SAFE_INTEGER),
  );
  return (
    <Section
      title={m.attributes}
      description={m.attributesText}
      actions={
        <Button icon={<AddRegular />} onClick={() => setEdited('new')}>
          {m.addMapping}
        </Button>
      }
    >
      <EntityTable<AttributeMapping>
        label={m.attributes}
        rows={rows}
        rowId={(row) => row.targetAttributeName}
        empty={<EmptyState title={m.noMappings}>{m.noMappingsText}</EmptyState>}
        columns={[
          { id: 'target', header: m.attributeColumns.target, render: (row) => row.targetAttributeName },
          { id: 'source', header: m.attributeColumns.source, render: (row) => <SourceText mapping={row} /> },
          {
            id: 'matching',
            header: m.attributeColumns.matching,
            width: '7rem',
            render: (row) => (row.matchingPriority > 0 ? row.matchingPriority : '–'),
          },
          trial
            ? {
                id: 'preview',
                header: messages.preview.column(trial.displayName),
                width: '32%',
                render: (row) => (
                  <PreviewValue row={trial.attributes.find((one) => one.target === row.targetAttributeName)} />
                ),
              }
            : {
                id: 'apply',
                header: m.attributeColumns.apply,
                width: '9rem',
                wideOnly: true,
                render: (row) => (row.flowType === 'ObjectAddOnly' ? m.onCreate : m.always),
              },
          {
            id: 'edit',
            header: messages.actions,
            hideHeader: true,
            width: '6rem',
            align: 'end',
            render: (row) => (
              <>
                <Button
                  appearance="subtle"
                  icon={<EditRegular />}
                  aria-label={m.editMapping(row.targetAttributeName)}
                  onClick={() => setEdited(row)}
                />
                <Button
                  appearance="subtle"
                  icon={<DeleteRegular />}
                  aria-label={m.deleteMapping(row.targetAttributeName)}
                  onClick={() => put(mapping.attributeMappings.filter((one) => one !== row))}
                />
              </>
            ),
          },
        ]}
      />
      {edited !== undefined && (
        <AttributeDialog
          edited={edited === 'new' ? undefined : edited}
          taken={mapping.attributeMappings.filter((one) => one !== edited).map((one) => one.targetAttributeName)}
          sources={attributesOf(schema, mapping.sourceObjectName, 'source')}
          targets={attributesOf(schema, mapping.targetObjectName, 'target')}
          onClose={() => setEdited(undefined)}
          onSave={(saved) => {
            put(
              edited === 'new'
                ? [...mapping.attributeMappings, saved]
                : mapping.attributeMappings.map((one) => (one === edited ? saved : one)),
            );
            setEdited(undefined);
          }}
        />
      )}
    </Section>
  );
}

function SourceText({ mapping: { source, defaultValue } }: { mapping: AttributeMapping }) {
  if (!source) return <>{defaultValue === null ? m.types['None'] : `“${defaultValue}”`}</>;
  if (source.type === 'Attribute') return <>{source.name}</>;
  if (source.type === 'Constant') return <>{`“${source.name}”`}</>;
  return <code>{source.expression}</code>;
}

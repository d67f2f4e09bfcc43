import { Button, Text } from '@fluentui/react-components';
import {
  Details,
  EntityTable,
  LoadingState,
  QueryView,
  Section,
  useConfirm,
  useToasts,
  type Column,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ExtensionView, ResourceTypeView } from '@joinery/workspace/contract';
import { extensionsQuery, resourceTypesQuery, useRemoveDefinition, type DefinitionKind } from '../data/schemas.ts';
import { Absent } from '../design/absent.tsx';
import { DefinitionForm } from '../design/definition-form.tsx';
import { schemaMessages } from '../messages/administration.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = schemaMessages;

/** An extension or a resource type, as the pages show either. */
interface Definition {
  readonly kind: DefinitionKind;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: ExtensionView['attributes'];
  readonly whole: ExtensionView | ResourceTypeView;
}

const ofExtension = (extension: ExtensionView): Definition => ({
  kind: 'extension',
  id: extension.id,
  name: extension.name,
  description: extension.id,
  attributes: extension.attributes,
  whole: extension,
});

const ofType = (type: ResourceTypeView): Definition => ({
  kind: 'resource-type',
  id: type.name,
  name: type.name,
  description: `${type.endpoint} · ${type.schema.id}`,
  attributes: type.schema.attributes,
  whole: type,
});

function Known({ kind, id, children }: { kind: string; id: string; children: (found: Definition) => ReactNode }) {
  const isExtension = kind === 'extension';
  const extensions = useQuery({ ...extensionsQuery, enabled: isExtension });
  const types = useQuery({ ...resourceTypesQuery, enabled: !isExtension });
  const list = isExtension ? paths.schemas : paths.resourceTypes;
  const show = (found: Definition | undefined): ReactNode =>
    found === undefined ? (
      <Absent title={text.notFound} hint={text.notFoundHint} href={list} label={text.back} />
    ) : (
      <Details
        title={found.name}
        description={found.description}
        crumbs={[{ label: text.title, href: list }]}
        actions={<RemoveButton found={found} list={list} />}
        tabs={[
          { label: text.attributesTab, href: paths.definition(found.kind, found.id) },
          { label: text.definitionTab, href: paths.definitionText(found.kind, found.id) },
        ]}
      >
        {children(found)}
      </Details>
    );
  return isExtension ? (
    <QueryView query={extensions} title={text.title}>
      {({ schemas }) => show(schemas.filter((one) => one.id === id).map(ofExtension)[0])}
    </QueryView>
  ) : (
    <QueryView query={types} title={text.title}>
      {({ resourceTypes }) => show(resourceTypes.filter((one) => one.name === id).map(ofType)[0])}
    </QueryView>
  );
}

function RemoveButton({ found, list }: { found: Definition; list: string }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const navigate = useNavigate();
  const remove = useRemoveDefinition(found.kind, found.id);

  async function ask(): Promise<void> {
    const yes = await confirm({
      title: text.removeTitle(found.name),
      consequences: text.removeText,
      action: text.remove,
      isDangerous: true,
    });
    if (!yes) return;
    try {
      // The page goes with what it shows; what follows does not.
      await remove.mutateAsync(undefined);
      toasts.success(text.removeDone(found.name));
      void navigate({ to: list });
    } catch (error) {
      toasts.failure(text.removeFailed, error);
    }
  }

  return (
    <Button onClick={() => void ask()} disabledFocusable={remove.isPending}>
      {text.remove}
    </Button>
  );
}

/** An attribute with the name that a path would give it. */
interface AttributeRow {
  readonly path: string;
  readonly attribute: Readonly<Record<string, unknown>>;
}

function rowsOf(attributes: Definition['attributes'], prefix = ''): readonly AttributeRow[] {
  return attributes.flatMap((attribute) => {
    const path = `${prefix}${String(attribute['name'])}`;
    const parts = attribute['subAttributes'];
    // The contract says that attributes are as in RFC 7643 §7.
    const below = Array.isArray(parts) ? rowsOf(parts as Definition['attributes'], `${path}.`) : [];
    return [{ path, attribute }, ...below];
  });
}

function characteristicsText({ attribute }: AttributeRow): string {
  const values = attribute['canonicalValues'];
  const said = [
    ...(attribute['required'] === true ? [text.required] : []),
    ...(attribute['uniqueness'] === 'server' || attribute['uniqueness'] === 'global' ? [text.unique] : []),
    ...(attribute['mutability'] === undefined || attribute['mutability'] === 'readWrite'
      ? []
      : [String(attribute['mutability'])]),
    ...(Array.isArray(values) && values.length > 0 ? [text.values(values.map(String).join(', '))] : []),
  ];
  return said.length === 0 ? messages.none : said.join('; ');
}

const columns: readonly Column<AttributeRow>[] = [
  { id: 'name', header: text.attribute, render: ({ path }) => path },
  {
    id: 'type',
    header: text.type,
    width: '180px',
    render: ({ attribute }) => {
      const type = String(attribute['type']);
      return attribute['multiValued'] === true ? text.many(type) : type;
    },
  },
  { id: 'characteristics', header: text.characteristics, render: characteristicsText },
];

export function DefinitionPage() {
  const { kind, id } = useParams({ from: '/console/administration/schemas/$kind/$id' });
  return (
    <Known kind={kind} id={id}>
      {(found) => (
        <Section>
          <EntityTable
            label={text.attributesCaption}
            columns={columns}
            rowId={({ path }) => path}
            rows={rowsOf(found.attributes)}
            empty={<LoadingState />}
          />
        </Section>
      )}
    </Known>
  );
}

export function DefinitionTextPage() {
  const { kind, id } = useParams({ from: '/console/administration/schemas/$kind/$id/definition' });
  const toasts = useToasts();
  return (
    <Known kind={kind} id={id}>
      {(found) => {
        const start = JSON.stringify(found.whole, null, 2);
        return (
          <Section>
            <Text>{text.changeHint}</Text>
            <DefinitionForm
              key={found.id}
              kind={found.kind}
              id={found.id}
              start={start}
              onSaved={() => toasts.success(text.saved, text.savedHint)}
            />
          </Section>
        );
      }}
    </Known>
  );
}

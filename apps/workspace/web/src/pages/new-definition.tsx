import { Page, Section, useToasts } from '@joinery/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { DefinitionKind } from '../data/schemas.ts';
import { DefinitionForm } from '../design/definition-form.tsx';
import { schemaMessages } from '../messages/administration.ts';
import { paths } from '../paths.ts';
import { PageNotFound } from './page-not-found.tsx';

const text = schemaMessages;

const attributes = [
  { name: 'badge', type: 'string', uniqueness: 'server' },
  { name: 'grade', type: 'string', canonicalValues: ['Junior', 'Senior', 'Partner'] },
];

/** What the field holds at first: a definition that works, to be changed. */
const examples: Readonly<Record<DefinitionKind, unknown>> = {
  extension: {
    id: 'urn:example:scim:schemas:1.0:Consulting',
    name: 'Consulting',
    resourceType: 'User',
    attributes,
  },
  'resource-type': {
    name: 'Device',
    endpoint: '/Devices',
    schema: {
      id: 'urn:example:scim:schemas:1.0:Device',
      name: 'Device',
      attributes: [
        { name: 'serialNumber', type: 'string', required: true, uniqueness: 'server' },
        { name: 'owner', type: 'reference', referenceTypes: ['User'] },
      ],
    },
  },
};

export function NewDefinitionPage() {
  const { kind } = useParams({ from: '/console/administration/schemas/new/$kind' });
  return kind === 'extension' || kind === 'resource-type' ? <NewDefinition kind={kind} /> : <PageNotFound />;
}

function NewDefinition({ kind }: { kind: DefinitionKind }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const isExtension = kind === 'extension';
  const list = isExtension ? paths.schemas : paths.resourceTypes;
  return (
    <Page
      title={isExtension ? text.newExtension : text.newType}
      description={text.newLead}
      crumbs={[{ label: text.title, href: list }]}
    >
      <Section>
        <DefinitionForm
          key={kind}
          kind={kind}
          id={undefined}
          start={JSON.stringify(examples[kind], null, 2)}
          cancelHref={list}
          onSaved={() => {
            toasts.success(text.saved, text.savedHint);
            void navigate({ to: list });
          }}
        />
      </Section>
    </Page>
  );
}

import { Page, Section } from '@joinery/ui';
import { AuditTable } from '../design/audit-table.tsx';
import { messages } from '../messages.ts';

const m = messages.audit;

export function AuditPage() {
  return (
    <Page title={m.title} description={m.description}>
      <Section>
        <AuditTable />
      </Section>
    </Page>
  );
}

import { Section } from '@joinery/ui';
import { useAddressPart } from '../../data/address.ts';
import { AuditTable } from '../../design/audit-table.tsx';
import { messages } from '../../messages.ts';

export function AuditTab() {
  const id = useAddressPart('id');
  return (
    <Section description={messages.audit.description}>
      <AuditTable targetId={id} />
    </Section>
  );
}

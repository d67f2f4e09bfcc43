import { Section } from '@joinery/ui';
import { useAddressPart } from '../../data/address.ts';
import { LogTable } from '../../design/log-table.tsx';
import { messages } from '../../messages.ts';

export function LogsTab() {
  const id = useAddressPart('id');
  return (
    <Section description={messages.logs.description}>
      <LogTable servicePrincipalId={id} />
    </Section>
  );
}

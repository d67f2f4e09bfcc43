import { Page, Section } from '@joinery/ui';
import { LogTable } from '../design/log-table.tsx';
import { messages } from '../messages.ts';

const m = messages.logs;

export function LogsPage() {
  return (
    <Page title={m.title} description={m.description}>
      <Section>
        <LogTable />
      </Section>
    </Page>
  );
}

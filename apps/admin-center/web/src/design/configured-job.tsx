import type { JobOverview } from '@joinery/graph-api/contract';
import { EmptyState, LinkButton, QueryView } from '@joinery/ui';
import type { ReactNode } from 'react';
import { useAddressPart } from '../data/address.ts';
import { useJob } from '../data/jobs.ts';
import { useHasRole } from '../data/session.ts';
import { messages } from '../messages.ts';

/** What a tab shows of the application's job, or the way to make one where there is none. */
export function ConfiguredJob({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: (overview: JobOverview, canEdit: boolean) => ReactNode;
}) {
  const id = useAddressPart('id');
  const job = useJob(id);
  const canEdit = useHasRole('Cloud Application Administrator');
  const configure = (
    <LinkButton appearance="primary" href={`/enterprise-applications/${id}/provisioning`}>
      {messages.application.configure}
    </LinkButton>
  );
  return (
    <QueryView query={job}>
      {(overview) =>
        overview ? (
          children(overview, canEdit)
        ) : (
          <EmptyState title={title} action={canEdit && configure}>
            {text}
          </EmptyState>
        )
      }
    </QueryView>
  );
}

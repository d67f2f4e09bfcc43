import type { ComparedAccount } from '@joinery/graph-api/contract';
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { EntityTable, QueryView, RouteLink, SidePanel } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { accountQuery } from '../data/drift.ts';
import { messages } from '../messages.ts';
import { Facts } from './facts.tsx';

const m = messages.identities;

/** One account beside the list: what it holds, and what is different. */
export function AccountPanel({
  jobId,
  comparisonId,
  id,
  onClose,
}: {
  jobId: string;
  comparisonId: string;
  id: string;
  onClose: () => void;
}) {
  const account = useQuery(accountQuery(jobId, comparisonId, id));
  return (
    <SidePanel title={m.panel.title} onClose={onClose}>
      <QueryView query={account}>{(shown) => <Account account={shown} />}</QueryView>
    </SidePanel>
  );
}

type Difference = ComparedAccount['differences'][number];
type Attribute = ComparedAccount['attributes'][number];

function Account({ account }: { account: ComparedAccount }) {
  const styles = useStyles();
  const { source, members, problem, action } = account;
  const kind = account.type === 'User' ? 'users' : 'groups';
  return (
    <div className={styles.root}>
      <Text weight="semibold" size={400} className={styles.name}>
        {account.displayName}
      </Text>
      <Facts
        facts={[
          [m.columns.type, m.typeNames[account.type]],
          [m.panel.targetId, account.targetId],
          [
            m.panel.source,
            source === null ? (
              m.panel.nobody
            ) : (
              <RouteLink key="source" href={`/${kind}/${source.id}`}>
                {source.displayName}
              </RouteLink>
            ),
          ],
          [m.panel.link, account.isLinked ? m.linked : m.notLinked],
          [m.panel.problem, problem === null ? undefined : (m.problems[problem] ?? problem)],
          [m.panel.failure, action?.error?.message],
          [
            m.panel.members,
            members && members.missing + members.added > 0 ? m.members(members.missing, members.added) : undefined,
          ],
        ]}
      />
      {source !== null && account.class !== 'missing' && (
        <>
          <Text as="h3" weight="semibold" className={styles.heading}>
            {m.panel.differences}
          </Text>
          <EntityTable<Difference>
            label={m.panel.differences}
            rows={account.differences}
            rowId={(one) => one.attribute}
            empty={<Text>{m.panel.noDifferences}</Text>}
            columns={[
              { id: 'attribute', header: m.panel.attribute, render: (one) => one.attribute },
              { id: 'exported', header: m.panel.exported, render: (one) => one.exportedValue ?? '–' },
              { id: 'old', header: m.panel.old, render: (one) => one.oldValue ?? '–' },
              { id: 'new', header: m.panel.new, render: (one) => one.newValue ?? '–' },
            ]}
          />
        </>
      )}
      <Text as="h3" weight="semibold" className={styles.heading}>
        {m.panel.attributes}
      </Text>
      <EntityTable<Attribute>
        label={m.panel.attributes}
        rows={account.attributes}
        rowId={(one) => one.name}
        empty={<Text>{account.class === 'missing' ? m.panel.noAttributes : m.panel.notRead}</Text>}
        columns={[
          { id: 'attribute', header: m.panel.attribute, render: (one) => one.name },
          { id: 'value', header: m.panel.value, render: (one) => one.value },
        ]}
      />
    </div>
  );
}

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingBottom: tokens.spacingVerticalXL,
  },
  name: { overflowWrap: 'anywhere' },
  heading: { margin: 0 },
});

import type { ProvisioningLogEntry } from '@joinery/graph-api/contract';
import { makeStyles, Tab, TabList, Text, tokens } from '@fluentui/react-components';
import { DateTime, durationText, EmptyState, EntityTable, QueryView, RouteLink, SidePanel } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { logEntryQuery } from '../data/logs.ts';
import { useHasRole } from '../data/session.ts';
import { messages } from '../messages.ts';
import { ExchangeList } from './exchange-list.tsx';
import { Facts } from './facts.tsx';
import { OutcomeBadge } from './log-table.tsx';

const m = messages.logs;
const tabs = ['steps', 'troubleshooting', 'modified', 'summary', 'exchanges'] as const;
type PanelTab = (typeof tabs)[number];

/** One entry of the provisioning log beside the list. */
export function LogPanel({
  id,
  tab,
  onTab,
  onClose,
}: {
  id: string;
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
}) {
  const styles = useStyles();
  const entry = useQuery(logEntryQuery(id));
  const canSeeExchanges = useHasRole('Cloud Application Administrator');
  const shownTabs = tabs.filter((one) => one !== 'exchanges' || canSeeExchanges);
  const current = shownTabs.find((one) => one === tab) ?? 'steps';
  return (
    <SidePanel title={m.panel} onClose={onClose}>
      <QueryView query={entry}>
        {(shown) => (
          <div className={styles.root}>
            <div className={styles.heading}>
              <Text weight="semibold" size={400} className={styles.name}>
                {shown.sourceIdentity.displayName}
              </Text>
              <OutcomeBadge outcome={shown.provisioningStatusInfo.status} />
            </div>
            <TabList
              selectedValue={current}
              onTabSelect={(_, { value }) => onTab(String(value))}
              className={styles.tabs ?? ''}
              size="small"
            >
              {shownTabs.map((one) => (
                <Tab key={one} value={one} id={`log-tab-${one}`}>
                  {m.tabs[one]}
                </Tab>
              ))}
            </TabList>
            <div role="tabpanel" aria-labelledby={`log-tab-${current}`}>
              <Panel tab={current} entry={shown} />
            </div>
          </div>
        )}
      </QueryView>
    </SidePanel>
  );
}

function Panel({ tab, entry }: { tab: PanelTab; entry: ProvisioningLogEntry }) {
  switch (tab) {
    case 'steps':
      return <StepList steps={entry.provisioningSteps} />;
    case 'troubleshooting':
      return <Troubleshooting entry={entry} />;
    case 'modified':
      return <ModifiedProperties properties={entry.modifiedProperties} />;
    case 'summary':
      return <Summary entry={entry} />;
    case 'exchanges':
      return <ExchangeList entryId={entry.id} />;
  }
}

export function StepList({ steps }: { steps: ProvisioningLogEntry['provisioningSteps'] }) {
  const styles = useStyles();
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        // Steps have no id of their own and never change their order.
        // oxlint-disable-next-line no-array-index-key
        <li key={index} className={styles.step}>
          <div className={styles.heading}>
            <Text weight="semibold" className={styles.name}>
              {step.name}
            </Text>
            <OutcomeBadge outcome={step.status} />
          </div>
          <Text block className={styles.name}>
            {step.description}
          </Text>
          {Object.keys(step.details).length > 0 && <Facts facts={Object.entries(step.details)} />}
        </li>
      ))}
    </ol>
  );
}

function Troubleshooting({ entry }: { entry: ProvisioningLogEntry }) {
  const error = entry.provisioningStatusInfo.errorInformation;
  if (!error) return <EmptyState title={m.noError} />;
  return (
    <Facts
      facts={[
        [m.errorCode, error.errorCode],
        [m.reason, error.reason],
        [m.recommended, error.recommendedAction ?? undefined],
      ]}
    />
  );
}

type Properties = ProvisioningLogEntry['modifiedProperties'];

export function ModifiedProperties({ properties }: { properties: Properties }) {
  return (
    <EntityTable<Properties[number]>
      label={m.tabs.modified}
      rows={properties}
      rowId={(property) => property.displayName}
      empty={m.noModified}
      columns={[
        { id: 'name', header: m.property.name, render: (property) => property.displayName },
        { id: 'old', header: m.property.old, render: (property) => property.oldValue ?? '–' },
        { id: 'new', header: m.property.new, render: (property) => property.newValue ?? '–' },
      ]}
    />
  );
}

function Summary({ entry }: { entry: ProvisioningLogEntry }) {
  const kind = entry.sourceIdentity.identityType === 'Group' ? 'groups' : 'users';
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Facts
        facts={[
          [m.summary.time, <DateTime key="t" value={entry.activityDateTime} />],
          [m.action, m.actions[entry.provisioningAction] ?? entry.provisioningAction],
          [m.summary.duration, durationText(entry.durationInMilliseconds)],
          [m.summary.source, entry.sourceSystem.displayName],
          [m.summary.sourceId, entry.sourceIdentity.id],
          [m.summary.target, entry.targetSystem.displayName],
          [m.summary.targetId, entry.targetIdentity.id || '–'],
          [m.summary.cycle, entry.cycleId || '–'],
          [m.summary.change, entry.changeId],
          [m.summary.job, entry.jobId],
        ]}
      />
      <RouteLink href={`/${kind}/${entry.sourceIdentity.id}`}>{m.showUser}</RouteLink>
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
  heading: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
  },
  name: { overflowWrap: 'anywhere' },
  tabs: { flexWrap: 'wrap' },
  steps: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, display: 'grid', gap: tokens.spacingVerticalL },
  step: { minWidth: 0 },
});

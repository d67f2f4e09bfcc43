import type { OnDemandResult } from '@joinery/graph-api/contract';
import {
  Button,
  Card,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  tokens,
} from '@fluentui/react-components';
import { EmptyState, errorText, LinkButton, Section, StatusBadge } from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { useJob } from '../../data/jobs.ts';
import { provisionOnDemand, type OnDemandReport } from '../../data/on-demand.ts';
import type { DirectoryObject } from '../../data/directory.ts';
import { ModifiedProperties, StepList } from '../../design/log-panel.tsx';
import { OutcomeBadge } from '../../design/log-table.tsx';
import { ObjectPicker } from '../../design/object-picker.tsx';
import { messages } from '../../messages.ts';

const m = messages.onDemand;
const membersMax = 5;

export function OnDemandTab() {
  const id = useAddressPart('id');
  const { data: overview } = useJob(id);
  const [chosen, setChosen] = useState<readonly DirectoryObject[]>([]);
  const [members, setMembers] = useState<readonly DirectoryObject[]>([]);
  const [subject] = chosen;
  const jobId = overview?.job.id;
  const run = useMutation({
    mutationFn: () => {
      if (jobId === undefined || subject === undefined) throw new Error(m.select);
      return provisionOnDemand(id, jobId, subject, subject.kind === 'Group' ? members : []);
    },
  });
  if (overview === null) {
    return (
      <EmptyState
        title={messages.application.notConfigured}
        action={
          <LinkButton href={`/enterprise-applications/${id}/provisioning`}>{messages.application.configure}</LinkButton>
        }
      >
        {messages.application.notConfiguredText}
      </EmptyState>
    );
  }
  const again = () => {
    run.reset();
    setChosen([]);
    setMembers([]);
  };
  if (run.data && subject) {
    return (
      <Outcome
        report={run.data.report}
        result={run.data.result}
        type={subject.kind}
        onRetry={() => run.mutate()}
        onAnother={again}
      />
    );
  }
  return (
    <Section description={m.text}>
      <ObjectPicker
        kinds={['User', 'Group']}
        label={m.search}
        chosen={chosen}
        max={1}
        onChange={(next) => {
          setChosen(next);
          setMembers([]);
        }}
      />
      {subject?.kind === 'Group' && (
        <>
          <Text>{m.members}</Text>
          <ObjectPicker kinds={['User']} label={m.members} chosen={members} max={membersMax} onChange={setMembers} />
        </>
      )}
      {run.isError && (
        <MessageBar intent="error">
          <MessageBarBody>
            <MessageBarTitle>{m.failed}</MessageBarTitle>
            {errorText(run.error)}
          </MessageBarBody>
        </MessageBar>
      )}
      <div>
        <Button appearance="primary" disabled={subject === undefined || run.isPending} onClick={() => run.mutate()}>
          {run.isPending ? m.running : m.provision}
        </Button>
      </div>
    </Section>
  );
}

/** The steps of the documentation: connection, import, scope, match, action; those that were not reached say so. */
function Outcome({
  report,
  result,
  type,
  onRetry,
  onAnother,
}: {
  report: OnDemandReport;
  result: OnDemandResult;
  type: string;
  onRetry: () => void;
  onAnother: () => void;
}) {
  const styles = useStyles();
  const steps = report.provisioningSteps.map((step) => ({ ...step, provisioningStepType: step.type }));
  const of = (...types: readonly string[]) => steps.filter((step) => types.includes(step.type));
  const matching = of('matching');
  const sent = of('export', 'referenceResolution');
  const isFailed = result.result === 'Failure' && matching.length === 0 && sent.length === 0;
  // A linked object whose values are the same asks the application nothing.
  const wasAsked = sent.length > 0 || matching.some((step) => step.details['TargetId'] === undefined);
  const connection = isFailed
    ? { text: result.details.errorMessage, status: 'failure' }
    : wasAsked
      ? { text: m.testOk, status: 'success' }
      : { text: m.notAsked };
  const cards: readonly { title: string; steps: typeof steps; text?: string; status?: string }[] = [
    { title: m.steps.test, steps: [], ...connection },
    { title: m.steps.importOf(type), steps: of('import') },
    { title: m.steps.scopeOf(type), steps: of('scoping') },
    { title: m.steps.matchOf(type), steps: matching },
    { title: m.steps.action, steps: of('processing', 'export', 'referenceResolution') },
  ];
  return (
    <Section
      title={report.reportableIdentifier}
      actions={
        <>
          <Button onClick={onRetry}>{m.retry}</Button>
          <Button appearance="primary" onClick={onAnother}>
            {m.another}
          </Button>
        </>
      }
    >
      <div role="status">
        <StatusBadge
          tone={result.result === 'Success' ? 'success' : result.result === 'Skipped' ? 'informative' : 'danger'}
        >
          {m.result[result.result] ?? result.result}
        </StatusBadge>{' '}
        {result.details.errorMessage}
      </div>
      <ol className={styles.list}>
        {cards.map((card, index) => (
          <li key={card.title}>
            <Card className={styles.card}>
              <div className={styles.heading}>
                <Text as="h3" weight="semibold" style={{ margin: 0 }}>
                  {index + 1}. {card.title}
                </Text>
                {card.status !== undefined ? (
                  <OutcomeBadge outcome={card.status} />
                ) : card.steps.length === 0 ? (
                  <Text className={styles.muted}>{card.text === undefined ? m.notReached : ''}</Text>
                ) : (
                  <OutcomeBadge outcome={worst(card.steps.map((step) => step.status))} />
                )}
              </div>
              {card.text !== undefined && <Text>{card.text}</Text>}
              {card.steps.map((step) => (
                <Text key={`${step.name} ${step.description}`} block className={styles.text}>
                  {step.description}
                </Text>
              ))}
              {card.title === m.steps.action && report.modifiedProperties.length > 0 && (
                <ModifiedProperties properties={report.modifiedProperties} />
              )}
              {card.steps.length > 0 && (
                <details>
                  <summary>{m.details}</summary>
                  <StepList steps={card.steps} />
                </details>
              )}
            </Card>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function worst(outcomes: readonly string[]): string {
  return ['failure', 'warning', 'skipped'].find((one) => outcomes.includes(one)) ?? 'success';
}

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalM },
  card: { minWidth: 0 },
  heading: { display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: tokens.spacingHorizontalM },
  text: { overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground3 },
});

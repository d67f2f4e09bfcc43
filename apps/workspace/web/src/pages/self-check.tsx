import { Button, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { durationText, EntityTable, Page, Section, StatusBadge, type Column, type Tone } from '@joinery/ui';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { checkNames, runSelfCheck, type CheckName, type CheckOutcome } from '../data/self-check.ts';
import { tenantQuery } from '../data/tenant.ts';
import { TwoLines } from '../design/two-lines.tsx';
import { selfCheckMessages } from '../messages/administration.ts';
import { requestMessages } from '../messages/requests.ts';
import { messages } from '../messages/messages.ts';

const text = selfCheckMessages;

const useStyles = makeStyles({
  muted: { color: tokens.colorNeutralForeground2 },
});

interface Row {
  readonly name: CheckName;
  readonly outcome: CheckOutcome | undefined;
}

const shown: Readonly<Record<CheckOutcome['outcome'], { readonly tone: Tone; readonly label: string }>> = {
  ok: { tone: 'success', label: text.ok },
  bad: { tone: 'danger', label: text.bad },
  skipped: { tone: 'subtle', label: text.skipped },
};

const columns: readonly Column<Row>[] = [
  {
    id: 'check',
    header: text.check,
    render: ({ name, outcome }) =>
      outcome?.detail === undefined ? text.steps[name] : <TwoLines first={text.steps[name]} second={outcome.detail} />,
  },
  {
    id: 'outcome',
    header: text.outcome,
    width: '150px',
    render: ({ outcome }) =>
      outcome === undefined ? (
        text.waiting
      ) : (
        <StatusBadge tone={shown[outcome.outcome].tone}>{shown[outcome.outcome].label}</StatusBadge>
      ),
  },
  {
    id: 'duration',
    header: requestMessages.duration,
    width: '100px',
    align: 'end',
    render: ({ outcome }) => (outcome?.durationMs === undefined ? messages.none : durationText(outcome.durationMs)),
  },
];

export function SelfCheckPage() {
  const styles = useStyles();
  const queries = useQueryClient();
  const tenantUrl = useQuery(tenantQuery).data?.tenantUrl;
  const [state, setState] = useState<'new' | 'running' | 'done'>('new');
  const [outcomes, setOutcomes] = useState<readonly CheckOutcome[]>([]);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  async function start(): Promise<void> {
    setState('running');
    setOutcomes([]);
    await runSelfCheck((outcome) => {
      if (isHere.current) setOutcomes((before) => [...before, outcome]);
    });
    if (isHere.current) setState('done');
    await queries.invalidateQueries({ queryKey: ['tokens'] });
  }

  const isElsewhere = tenantUrl !== undefined && new URL(tenantUrl).origin !== window.location.origin;
  return (
    <Page
      title={text.title}
      description={text.lead}
      actions={
        <Button appearance="primary" disabledFocusable={state === 'running'} onClick={() => void start()}>
          {state === 'new' ? text.start : state === 'running' ? text.running : text.again}
        </Button>
      }
    >
      {isElsewhere && (
        <MessageBar layout="multiline" intent="info">
          <MessageBarBody>{text.otherOrigin(tenantUrl)}</MessageBarBody>
        </MessageBar>
      )}
      <div role="status">{state === 'done' && <Verdict outcomes={outcomes} />}</div>
      <Section>
        <Text className={styles.muted}>{text.effects}</Text>
        <EntityTable
          label={text.caption}
          columns={columns}
          rowId={({ name }) => name}
          rows={checkNames.map((name) => ({ name, outcome: outcomes.find((one) => one.name === name) }))}
          empty={text.waiting}
        />
      </Section>
    </Page>
  );
}

function Verdict({ outcomes }: { outcomes: readonly CheckOutcome[] }) {
  const failed = outcomes.filter(({ outcome }) => outcome === 'bad').length;
  return (
    <MessageBar layout="multiline" intent={failed === 0 ? 'success' : 'error'}>
      <MessageBarBody>{failed === 0 ? text.passed : text.failed(failed)}</MessageBarBody>
    </MessageBar>
  );
}

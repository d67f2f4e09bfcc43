import type { JobSettings } from '@joinery/graph-api/contract';
import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Radio,
  RadioGroup,
  Select,
  Switch,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { errorText, Section, useConfirm, useToasts } from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { queryClient } from '../../data/api.ts';
import { directoryCountQuery } from '../../data/directory.ts';
import { control, saveSecrets, saveSettings, testConnection, useJob } from '../../data/jobs.ts';
import { organizationQuery } from '../../data/session.ts';
import { entryCount } from '../../design/health-badge.tsx';
import { messages } from '../../messages.ts';
import {
  credentialProblems,
  draftOf,
  secretsOf,
  settingProblems,
  settingsOf,
  type Draft,
  type DraftProblems,
} from './provisioning-draft.ts';

const m = messages.provisioning;
const exchangeChoices = ['all', 'failures', 'off'] as const;

export function ProvisioningForm({
  id,
  jobId,
  saved,
  secrets,
  placeholder,
}: {
  id: string;
  jobId: string;
  saved: JobSettings;
  secrets: ReadonlyMap<string, string>;
  placeholder: string;
}) {
  const styles = useStyles();
  const { data: overview } = useJob(id);
  const isOn = overview?.job.schedule.state === 'Active';
  const [draft, setDraft] = useState<Draft>(() => draftOf(saved, secrets, isOn));
  const [problems, setProblems] = useState<DraftProblems>({});
  const confirm = useConfirm();
  const toasts = useToasts();
  const hasToken = secrets.has('SecretToken');
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setProblems({});
  };

  const saving = useMutation({
    mutationFn: async () => {
      const hasCredentials = draft.tenantUrl.trim() !== '' || draft.token.trim() !== '';
      if (hasCredentials) await saveSecrets(id, secretsOf(draft, secrets));
      await saveSettings(jobId, settingsOf(draft));
      if (draft.isOn !== isOn) await control(id, jobId, draft.isOn ? 'start' : 'pause');
    },
    onSuccess: () => {
      setDraft({ ...draft, token: '' });
      toasts.success(m.savedText);
    },
    onError: (error) => toasts.failure(messages.notSaved, error),
  });

  const save = async () => {
    const isTouched = draft.tenantUrl.trim() !== '' || draft.token.trim() !== '' || draft.isOn;
    const found = { ...settingProblems(draft), ...(isTouched ? credentialProblems(draft, hasToken) : {}) };
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    if (draft.scope !== saved.scope && !(await confirmScope(draft.scope))) return;
    saving.mutate();
  };

  async function confirmScope(scope: JobSettings['scope']): Promise<boolean> {
    const [users, groups] = [entryCount(overview, 'User'), entryCount(overview, 'Group')];
    if (scope === 'assigned') {
      return confirm({ title: m.assignedTitle, consequences: m.assignedText(users, groups), action: m.confirmScope });
    }
    const [all, allGroups] = await Promise.all(
      (['users', 'groups'] as const).map((kind) => queryClient.fetchQuery(directoryCountQuery(kind))),
    );
    return confirm({
      title: m.allTitle,
      consequences: m.allText((all ?? 0).toLocaleString(), (allGroups ?? 0).toLocaleString()),
      action: m.confirmScope,
    });
  }

  return (
    <form
      className={styles.root}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Section>
        <Field label={m.mode}>
          <Select value="automatic" onChange={() => {}} className={styles.short ?? ''}>
            <option value="automatic">{m.automatic}</option>
          </Select>
        </Field>
      </Section>
      <Section title={m.credentials} description={m.credentialsText}>
        <div className={styles.form}>
          <Checked label={m.tenantUrl} hint={m.tenantUrlHint} problem={problems.tenantUrl} required>
            <Input
              type="url"
              value={draft.tenantUrl}
              placeholder={placeholder}
              autoComplete="off"
              onChange={(_, { value }) => change({ tenantUrl: value })}
            />
          </Checked>
          <Checked
            label={m.token}
            hint={hasToken ? m.tokenSaved : m.tokenNone}
            problem={problems.token}
            required={!hasToken}
          >
            <Input
              type="password"
              value={draft.token}
              autoComplete="off"
              {...(hasToken ? { placeholder: '••••••••••••' } : {})}
              onChange={(_, { value }) => change({ token: value })}
            />
          </Checked>
          <TestConnection
            run={async () => {
              const found = credentialProblems(draft, hasToken);
              setProblems(found);
              if (Object.keys(found).length > 0) return false;
              await testConnection(id, jobId, secretsOf(draft, secrets));
              return true;
            }}
            isUnsaved={draft.token !== '' || draft.tenantUrl !== (secrets.get('BaseAddress') ?? '')}
            of={`${draft.tenantUrl} ${draft.token}`}
          />
        </div>
      </Section>
      <Settings draft={draft} problems={problems} change={change} />
      <Section>
        <Switch
          checked={draft.isOn}
          label={`${m.status}: ${draft.isOn ? m.on : m.off}`}
          onChange={(_, { checked }) => change({ isOn: checked })}
        />
      </Section>
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabled={saving.isPending}>
          {messages.save}
        </Button>
        <Button
          onClick={() => {
            setDraft(draftOf(saved, secrets, isOn));
            setProblems({});
          }}
        >
          {messages.discard}
        </Button>
      </div>
    </form>
  );
}

function Settings({
  draft,
  problems,
  change,
}: {
  draft: Draft;
  problems: DraftProblems;
  change: (part: Partial<Draft>) => void;
}) {
  const styles = useStyles();
  const { data: organization } = useQuery(organizationQuery);
  return (
    <Section title={m.settings}>
      <div className={styles.form}>
        <Checked label={m.email} hint={m.emailHint} problem={problems.emails}>
          <Input value={draft.emails} autoComplete="off" onChange={(_, { value }) => change({ emails: value })} />
        </Checked>
        <Checkbox
          label={m.emailBox}
          checked={draft.notify}
          onChange={(_, { checked }) => change({ notify: checked === true })}
        />
        {organization?.mailIsSent === false && <Text size={200}>{m.mailIsKept}</Text>}
        <Checkbox
          label={m.guard}
          checked={draft.guard}
          onChange={(_, { checked }) => change({ guard: checked === true })}
        />
        <div className={styles.pair}>
          <Checked label={m.guardCount} problem={problems.guardCount}>
            <Input
              type="number"
              min={1}
              disabled={!draft.guard}
              value={draft.guardCount}
              onChange={(_, { value }) => change({ guardCount: value })}
            />
          </Checked>
          <Checked label={m.guardPercent} problem={problems.guardPercent}>
            <Input
              type="number"
              min={1}
              max={100}
              disabled={!draft.guard}
              value={draft.guardPercent}
              onChange={(_, { value }) => change({ guardPercent: value })}
            />
          </Checked>
        </div>
        <Text size={200}>{m.guardHint}</Text>
        <Checked label={m.protectedAccounts} hint={m.protectedHint} problem={problems.protectedAccounts}>
          <Textarea
            rows={3}
            resize="vertical"
            value={draft.protectedAccounts}
            onChange={(_, { value }) => change({ protectedAccounts: value })}
          />
        </Checked>
        <Checkbox
          label={m.upsertOnly}
          checked={draft.upsertOnly}
          onChange={(_, { checked }) => change({ upsertOnly: checked === true })}
        />
        <Field label={m.scope}>
          <RadioGroup
            value={draft.scope}
            onChange={(_, { value }) => change({ scope: value === 'all' ? 'all' : 'assigned' })}
          >
            <Radio value="assigned" label={m.assigned} />
            <Radio value="all" label={m.all} />
          </RadioGroup>
        </Field>
        <Field label={m.leaving}>
          <RadioGroup
            value={draft.onLeavingScope}
            onChange={(_, { value }) => change({ onLeavingScope: value === 'delete' ? 'delete' : 'disable' })}
          >
            <Radio value="disable" label={m.disable} />
            <Radio value="delete" label={m.remove} />
          </RadioGroup>
        </Field>
        <Checked label={m.interval} problem={problems.minutes}>
          <Input
            type="number"
            min={1}
            step="any"
            className={styles.short ?? ''}
            value={draft.minutes}
            onChange={(_, { value }) => change({ minutes: value })}
          />
        </Checked>
        <Checkbox
          label={m.onChange}
          checked={draft.onChange}
          onChange={(_, { checked }) => change({ onChange: checked === true })}
        />
        <Checkbox
          label={m.bulk}
          checked={draft.bulk}
          onChange={(_, { checked }) => change({ bulk: checked === true })}
        />
        <Field label={m.rawExchanges} hint={m.rawExchangesHint}>
          <Select
            value={draft.rawExchanges}
            onChange={(_, { value }) =>
              change({ rawExchanges: exchangeChoices.find((choice) => choice === value) ?? draft.rawExchanges })
            }
          >
            {exchangeChoices.map((choice) => (
              <option key={choice} value={choice}>
                {m.rawExchangesKept[choice]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </Section>
  );
}

/** A field with its problem, when there is one. */
function Checked({
  label,
  hint,
  problem,
  required = false,
  children,
}: {
  label: string;
  hint?: string;
  problem: string | undefined;
  required?: boolean;
  children: ReactElement;
}) {
  return (
    <Field
      label={label}
      required={required}
      {...(hint === undefined ? {} : { hint })}
      {...(problem === undefined ? {} : { validationMessage: problem })}
    >
      {children}
    </Field>
  );
}

/** Says in words what the application answered. `run` answers false when there was nothing to test. */
function TestConnection({ run, isUnsaved, of }: { run: () => Promise<boolean>; isUnsaved: boolean; of: string }) {
  const [testedOf, setTestedOf] = useState<string>();
  const test = useMutation({ mutationFn: run, onSettled: () => setTestedOf(of) });
  const isShown = testedOf === of && !test.isPending;
  return (
    <div style={{ display: 'grid', gap: 8, justifyItems: 'start' }}>
      <Button disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? m.testing : m.test}
      </Button>
      <div role="status" style={{ width: '100%' }}>
        {isShown && test.isError && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{m.testFailed}</MessageBarTitle>
              <Text block style={{ overflowWrap: 'anywhere' }}>
                {errorText(test.error)}
              </Text>
            </MessageBarBody>
          </MessageBar>
        )}
        {isShown && test.data === true && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody>
              {m.tested} {isUnsaved && m.unsaved}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
    </div>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  form: { display: 'grid', gap: tokens.spacingVerticalM, maxWidth: '640px', minWidth: 0 },
  pair: {
    display: 'grid',
    gap: tokens.spacingHorizontalM,
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(220px, 100%), 1fr))',
    alignItems: 'end',
  },
  short: { maxWidth: '240px' },
  buttons: { display: 'flex', gap: tokens.spacingHorizontalS },
});

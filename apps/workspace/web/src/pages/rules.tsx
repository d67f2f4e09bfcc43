import { Button, Checkbox, Field, Input, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components';
import { QueryView, Section, useToasts, useUnsavedGuard } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Rules } from '@joinery/workspace/contract';
import { rulesQuery, useSaveRules } from '../data/settings.ts';
import { Form } from '../design/form.tsx';
import { linesOf } from '../design/lines.ts';
import { RulesFrame } from '../design/rules-page.tsx';
import { rulesMessages } from '../messages/administration.ts';

const text = rulesMessages;
const domainsMax = 100;
const protectedMax = 1000;
const groupsMax = 200;

const useStyles = makeStyles({
  groups: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  group: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto auto',
    alignItems: 'end',
    gap: tokens.spacingHorizontalM,
    '@media (max-width: 639.98px)': { gridTemplateColumns: 'minmax(0, 1fr)', justifyItems: 'start' },
  },
  name: { justifySelf: 'stretch' },
  muted: { color: tokens.colorNeutralForeground2 },
  hint: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, paddingInlineStart: '32px' },
  block: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
});

export function RulesPage() {
  const query = useQuery(rulesQuery);
  return (
    <RulesFrame>
      <QueryView query={query}>{(rules) => <RulesForm saved={rules} />}</QueryView>
    </RulesFrame>
  );
}

/** The rules as they stand in the fields: lists are texts of lines. */
interface Draft {
  readonly domains: string;
  readonly accounts: string;
  readonly protectsOwner: boolean;
  readonly keeps: boolean;
  readonly groups: readonly { readonly key: number; readonly group: string; readonly scimMayWrite: boolean }[];
}

function draftOf(rules: Rules): Draft {
  return {
    domains: rules.verifiedDomains.join('\n'),
    accounts: rules.protectedAccounts.join('\n'),
    protectsOwner: rules.protectsOwner,
    keeps: rules.keepsSignInNameOnAdoption,
    groups: rules.roleGroups.map((entry, key) => ({ key, ...entry })),
  };
}

function rulesOf(draft: Draft): Rules {
  return {
    verifiedDomains: [...linesOf(draft.domains)],
    protectedAccounts: [...linesOf(draft.accounts)],
    protectsOwner: draft.protectsOwner,
    keepsSignInNameOnAdoption: draft.keeps,
    roleGroups: draft.groups.map(({ group, scimMayWrite }) => ({ group: group.trim(), scimMayWrite })),
  };
}

function faultsOf({ verifiedDomains, protectedAccounts, roleGroups }: Rules) {
  const odd = verifiedDomains.find((domain) => !/^[^@\s]+\.[^@\s]+$/.test(domain));
  return {
    domains:
      odd !== undefined
        ? text.domainsInvalid(odd)
        : verifiedDomains.length > domainsMax
          ? text.tooMany(text.domains, domainsMax)
          : undefined,
    accounts: protectedAccounts.length > protectedMax ? text.tooMany(text.protected, protectedMax) : undefined,
    groups: roleGroups.some(({ group }) => group === '')
      ? text.groupMissing
      : roleGroups.length > groupsMax
        ? text.tooMany(text.groups, groupsMax)
        : undefined,
  };
}

function RulesForm({ saved }: { saved: Rules }) {
  const styles = useStyles();
  const save = useSaveRules();
  const toasts = useToasts();
  const [edited, setEdited] = useState<Draft>();
  const [isChecked, setChecked] = useState(false);
  const draft = edited ?? draftOf(saved);
  const faults = faultsOf(rulesOf(draft));
  useUnsavedGuard(edited !== undefined && JSON.stringify(rulesOf(edited)) !== JSON.stringify(saved));
  const change = (part: Partial<Draft>): void => setEdited({ ...draft, ...part });
  const faultOf = (fault: string | undefined) => (isChecked && fault !== undefined ? { validationMessage: fault } : {});

  function submit(): void {
    setChecked(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    save.mutate(rulesOf(draft), {
      onSuccess: () => {
        setEdited(undefined);
        toasts.success(text.saved, text.savedHint);
      },
    });
  }

  return (
    <Form submit={text.save} onSubmit={submit} isPending={save.isPending} error={save.error} isWide>
      <Section title={text.domains} description={text.domainsText}>
        <Field label={text.domainsLabel} hint={text.domainsHint} {...faultOf(faults.domains)}>
          <Textarea
            resize="vertical"
            rows={3}
            value={draft.domains}
            onChange={(_, { value }) => change({ domains: value })}
          />
        </Field>
      </Section>
      <Section title={text.protected} description={text.protectedText}>
        <Field label={text.protectedLabel} {...faultOf(faults.accounts)}>
          <Textarea
            resize="vertical"
            rows={3}
            value={draft.accounts}
            onChange={(_, { value }) => change({ accounts: value })}
          />
        </Field>
        <Choice
          label={text.protectsOwner}
          hint={text.protectsOwnerHint}
          isOn={draft.protectsOwner}
          onChange={(protectsOwner) => change({ protectsOwner })}
        />
      </Section>
      <Section title={text.adoption} description={text.adoptionText}>
        <Choice label={text.keeps} hint={text.keepsHint} isOn={draft.keeps} onChange={(keeps) => change({ keeps })} />
      </Section>
      <Section title={text.groups} description={text.groupsText}>
        <RoleGroups
          groups={draft.groups}
          fault={isChecked ? faults.groups : undefined}
          onChange={(groups) => change({ groups })}
        />
        {draft.groups.some(({ scimMayWrite }) => scimMayWrite) && (
          <Text className={styles.muted}>{text.mayWriteWarning}</Text>
        )}
      </Section>
    </Form>
  );
}

/** A box to tick with what it means below. */
function Choice({
  label,
  hint,
  isOn,
  onChange,
}: {
  label: string;
  hint: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  const styles = useStyles();
  return (
    <div>
      <Checkbox label={label} checked={isOn} onChange={(_, { checked }) => onChange(checked === true)} />
      <div className={styles.hint}>{hint}</div>
    </div>
  );
}

function RoleGroups({
  groups,
  fault,
  onChange,
}: {
  groups: Draft['groups'];
  fault: string | undefined;
  onChange: (groups: Draft['groups']) => void;
}) {
  const styles = useStyles();
  const nextKey = Math.max(-1, ...groups.map(({ key }) => key)) + 1;
  const put = (key: number, part: Partial<Draft['groups'][number]>): void =>
    onChange(groups.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
  return (
    <div className={styles.groups}>
      {groups.length === 0 && <Text className={styles.muted}>{text.noGroups}</Text>}
      {groups.map(({ key, group, scimMayWrite }) => {
        const name = group.trim() === '' ? text.unnamed : group;
        return (
          <div key={key} role="group" aria-label={text.groupNamed(name)} className={styles.group}>
            <Field
              label={text.groupLabel}
              className={styles.name ?? ''}
              {...(fault !== undefined && group.trim() === '' ? { validationMessage: fault } : {})}
            >
              <Input value={group} onChange={(_, { value }) => put(key, { group: value })} />
            </Field>
            <Checkbox
              label={text.mayWrite}
              checked={scimMayWrite}
              onChange={(_, { checked }) => put(key, { scimMayWrite: checked === true })}
            />
            <Button
              aria-label={text.removeGroupNamed(name)}
              onClick={() => onChange(groups.filter((entry) => entry.key !== key))}
            >
              {text.removeGroup}
            </Button>
          </div>
        );
      })}
      <span>
        <Button onClick={() => onChange([...groups, { key: nextKey, group: '', scimMayWrite: false }])}>
          {text.addGroup}
        </Button>
      </span>
    </div>
  );
}

import { Checkbox, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { ErrorState, LoadingState, SearchField } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { objectSearchQuery, type DirectoryObject } from '../data/directory.ts';
import { messages } from '../messages.ts';

const m = messages.assignments;

/** Finds users and groups by name and lets the reader choose one or several. */
export function ObjectPicker({
  kinds,
  label,
  chosen,
  onChange,
  max,
}: {
  kinds: readonly DirectoryObject['kind'][];
  label: string;
  chosen: readonly DirectoryObject[];
  onChange: (chosen: readonly DirectoryObject[]) => void;
  /** 1: radio buttons. */
  max: number;
}) {
  const styles = useStyles();
  const [search, setSearch] = useState('');
  const query = useQuery(objectSearchQuery(search, kinds));
  const found = query.data ?? [];
  const toggle = (object: DirectoryObject, isChosen: boolean) =>
    onChange(isChosen ? [...chosen, object].slice(-max) : chosen.filter((one) => one.id !== object.id));
  const rows = found.map((object) => {
    const text = (
      <span className={styles.label}>
        <span>{object.displayName ?? object.userPrincipalName ?? object.id}</span>
        <Text size={200} className={styles.muted}>
          {object.kind === 'Group' ? m.type.Group : object.userPrincipalName}
        </Text>
      </span>
    );
    return max === 1 ? (
      <Radio key={object.id} value={object.id} label={text} />
    ) : (
      <Checkbox
        key={object.id}
        label={text}
        checked={chosen.some((one) => one.id === object.id)}
        onChange={(_, { checked }) => toggle(object, checked === true)}
      />
    );
  });
  return (
    <div className={styles.root}>
      <SearchField label={label} value={search} onSearch={setSearch} />
      <div className={styles.list}>
        {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <LoadingState />}
        {query.isSuccess && found.length === 0 && <Text>{m.nobody}</Text>}
        {max === 1 ? (
          <RadioGroup
            aria-label={label}
            value={chosen[0]?.id ?? ''}
            onChange={(_, { value }) => onChange(found.filter((one) => one.id === value))}
          >
            {rows}
          </RadioGroup>
        ) : (
          rows
        )}
      </div>
    </div>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: {
    display: 'flex',
    flexDirection: 'column',
    minHeight: '160px',
    maxHeight: '320px',
    overflowY: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: tokens.spacingVerticalXS,
  },
  label: { display: 'flex', flexDirection: 'column', overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground3 },
});

import { Combobox, Field, Option, OptionGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { objectSearchQuery, type DirectoryObject } from '../data/directory.ts';
import { messages } from '../messages.ts';

const nameOf = (object: DirectoryObject) => object.displayName ?? object.userPrincipalName ?? object.id;

/** Finds one user or group of the directory by the beginning of a name. */
export function ObjectField({
  label,
  hint,
  kind,
  onSelect,
}: {
  label: string;
  hint?: string;
  kind: DirectoryObject['kind'];
  onSelect: (id: string) => void;
}) {
  const [text, setText] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const search = useDeferredValue(text);
  const query = useQuery(objectSearchQuery(search, [kind]));
  const found = query.data ?? [];
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <Combobox
        freeform
        inlinePopup
        value={text}
        selectedOptions={[]}
        placeholder={messages.assignments.dialogHint}
        open={isOpen}
        onOpenChange={(_, { open }) => setIsOpen(open)}
        onChange={(event) => {
          setText(event.target.value);
          setIsOpen(true);
        }}
        onOptionSelect={(_, { optionValue, optionText }) => {
          if (optionValue === undefined || optionValue === '') return;
          setText(optionText ?? '');
          onSelect(optionValue);
        }}
      >
        {found.length === 0 ? (
          <OptionGroup label={query.isPending ? messages.assignments.searching : messages.assignments.nobody} />
        ) : (
          found.map((object) => (
            <Option key={object.id} value={object.id} text={nameOf(object)}>
              {object.userPrincipalName === undefined
                ? nameOf(object)
                : `${nameOf(object)} (${object.userPrincipalName})`}
            </Option>
          ))
        )}
      </Combobox>
    </Field>
  );
}

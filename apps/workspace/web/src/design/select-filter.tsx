import { Field, Select } from '@fluentui/react-components';

/** One choice out of several, in a list that opens; '' is the first one, which filters nothing. */
export function SelectFilter({
  label,
  value,
  any,
  choices,
  onChoose,
}: {
  label: string;
  value: string;
  any: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  onChoose: (value: string) => void;
}) {
  return (
    <Field label={label}>
      <Select value={value} onChange={(_, data) => onChoose(data.value)}>
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}

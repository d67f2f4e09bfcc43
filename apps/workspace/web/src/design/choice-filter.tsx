import { Radio, RadioGroup } from '@fluentui/react-components';

/** One choice out of few, all in sight. */
export function ChoiceFilter({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string;
  value: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  onChoose: (value: string) => void;
}) {
  return (
    <RadioGroup aria-label={label} layout="horizontal" value={value} onChange={(_, data) => onChoose(data.value)}>
      {choices.map((choice) => (
        <Radio key={choice.value} value={choice.value} label={choice.label} />
      ))}
    </RadioGroup>
  );
}

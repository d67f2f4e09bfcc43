import { Checkbox, makeStyles, Text, tokens, useId } from '@fluentui/react-components';
import type { EventType } from '@joinery/workspace/contract';
import { webhookMessages } from '../messages/access.ts';

const text = webhookMessages;

/** Every kind of event; the record of their texts has each once. */
export const allEvents = Object.keys(text.eventTexts) as readonly EventType[];

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  fault: { color: tokens.colorPaletteRedForeground1 },
});

/** What a webhook tells of. No `Field`: its label would belong to each of the boxes. */
export function EventChoice({
  chosen,
  isChecked,
  onChange,
}: {
  chosen: readonly string[];
  isChecked: boolean;
  onChange: (chosen: readonly EventType[]) => void;
}) {
  const styles = useStyles();
  const labelId = useId('events');
  return (
    <div role="group" aria-labelledby={labelId} className={styles.list}>
      <Text id={labelId}>{text.eventsLabel}</Text>
      {allEvents.map((event) => (
        <Checkbox
          key={event}
          label={text.eventTexts[event]}
          checked={chosen.includes(event)}
          onChange={(_, { checked }) =>
            onChange(allEvents.filter((one) => (one === event ? checked === true : chosen.includes(one))))
          }
        />
      ))}
      {isChecked && chosen.length === 0 && (
        <Text role="alert" size={200} className={styles.fault}>
          {text.eventsMissing}
        </Text>
      )}
    </div>
  );
}

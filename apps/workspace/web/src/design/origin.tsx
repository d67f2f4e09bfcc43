import { makeStyles, tokens } from '@fluentui/react-components';
import { DateTime, RelativeTime } from '@joinery/ui';
import { messages } from '../messages/messages.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalL, overflowWrap: 'anywhere' },
});

/** When an object came and changed, and how the two sides name it. */
export function Origin({
  of,
}: {
  of: {
    readonly id: string;
    readonly externalId: string | null;
    readonly created: string;
    readonly lastModified: string;
  };
}) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <span>
        {messages.lastChange} <RelativeTime value={of.lastModified} />
      </span>
      <span>
        {messages.created} <DateTime value={of.created} />
      </span>
      <span>{messages.named(messages.id, of.id)}</span>
      {of.externalId !== null && <span>{messages.named(messages.externalId, of.externalId)}</span>}
    </div>
  );
}

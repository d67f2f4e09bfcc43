import { Button, makeStyles, mergeClasses, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { ChevronLeftRegular, ChevronRightRegular } from '@fluentui/react-icons';
import type { CSSProperties, ReactNode } from 'react';
import type { KeysetPages } from './keyset-pages.ts';
import { uiMessages } from './messages.ts';
import { EmptyState, ErrorState, LoadingState } from './states.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly render: (row: Row) => ReactNode;
  /** CSS width, e.g. `12rem`; without it the column takes what is left. */
  readonly width?: string;
  readonly align?: 'end';
  /** Left out below 640 px, where a row becomes a card. */
  readonly wideOnly?: boolean;
  /** The header is for screen readers only, as over a column of buttons. */
  readonly hideHeader?: boolean;
}

interface ListProps<Row> {
  /** Names the table for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** What to show in place of an empty table. */
  readonly empty: ReactNode;
}

/** A list that the server pages, from `useKeysetPages`: table on wide screens, cards on narrow ones. */
export function EntityList<Row>({ pages, ...list }: ListProps<Row> & { readonly pages: KeysetPages<Row> }) {
  const styles = useStyles();
  const { page, from } = pages;
  if (!page)
    return pages.error === undefined ? <LoadingState /> : <ErrorState error={pages.error} onRetry={pages.retry} />;
  const isOnlyPage = !pages.hasPrevious && page.next === undefined;
  return (
    <div className={styles.root}>
      <div className={styles.progress}>
        {pages.isBusy && <ProgressBar thickness="medium" aria-label={uiMessages.loading} />}
      </div>
      {pages.error !== undefined && <ErrorState error={pages.error} onRetry={pages.retry} />}
      <EntityTable {...list} rows={page.rows} />
      {page.rows.length > 0 && !(isOnlyPage && page.rows.length < 10) && (
        <nav className={styles.paging} aria-label={uiMessages.paging}>
          <Text size={200} aria-live="polite">
            {uiMessages.rows(from, from + page.rows.length - 1, page.total)}
          </Text>
          {!isOnlyPage && (
            <span>
              <Button
                appearance="subtle"
                icon={<ChevronLeftRegular />}
                disabled={!pages.hasPrevious}
                onClick={pages.previous}
              >
                {uiMessages.previous}
              </Button>
              <Button
                appearance="subtle"
                icon={<ChevronRightRegular />}
                iconPosition="after"
                disabled={page.next === undefined}
                onClick={pages.next}
              >
                {uiMessages.next}
              </Button>
            </span>
          )}
        </nav>
      )}
    </div>
  );
}

/** The same table for rows that are all at hand. */
export function EntityTable<Row>({
  label,
  columns,
  rowId,
  empty,
  rows,
}: ListProps<Row> & { readonly rows: readonly Row[] }) {
  const styles = useStyles();
  if (rows.length === 0) return <>{typeof empty === 'string' ? <EmptyState title={empty} /> : empty}</>;
  // Roles are written out because `display` of the card form takes them away from table elements.
  return (
    <div className={styles.frame}>
      <table role="table" aria-label={label} className={styles.table}>
        <thead role="rowgroup" className={styles.head}>
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.id}
                role="columnheader"
                scope="col"
                className={mergeClasses(styles.header, column.align === 'end' && styles.end)}
                style={widthVariable(column.width)}
              >
                <span className={column.hideHeader === true ? styles.hidden : ''}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className={styles.body}>
          {rows.map((row) => (
            <tr key={rowId(row)} role="row" className={styles.row}>
              {columns.map((column, index) => (
                <td
                  key={column.id}
                  role="cell"
                  className={mergeClasses(
                    styles.cell,
                    isShort(column.width) && styles.whole,
                    index === 0 && styles.first,
                    column.align === 'end' && styles.end,
                    column.wideOnly === true && styles.wideOnly,
                  )}
                >
                  {index > 0 && column.hideHeader !== true && (
                    <span className={styles.cardLabel} aria-hidden>
                      {column.header}
                    </span>
                  )}
                  <span className={styles.value}>{column.render(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A width in units of the text says that the values are short, as dates and states are: their words stay whole. */
function isShort(width: string | undefined): boolean {
  return width !== undefined && !width.endsWith('%');
}

function widthVariable(width: string | undefined): CSSProperties {
  // React's type knows no custom properties.
  return width === undefined ? {} : ({ '--column-width': width } as CSSProperties);
}

const narrow = '@media (max-width: 639.98px)';

const useStyles = makeStyles({
  root: { minWidth: 0 },
  progress: { height: '3px' },
  frame: { containerType: 'inline-size', minWidth: 0 },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    tableLayout: 'fixed',
    '@container (max-width: 860px)': { tableLayout: 'auto' },
    [narrow]: { display: 'block' },
  },
  head: {
    [narrow]: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
  },
  header: {
    width: 'var(--column-width, auto)',
    // The widths asked for don't fit any more: each column gets its share, so that none is squeezed to nothing.
    '@container (max-width: 860px)': { width: 'auto' },
    textAlign: 'start',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  body: { [narrow]: { display: 'block' } },
  row: {
    ':hover': { background: tokens.colorSubtleBackgroundHover },
    [narrow]: {
      display: 'block',
      padding: `${tokens.spacingVerticalS} 0`,
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  cell: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    verticalAlign: 'middle',
    overflowWrap: 'anywhere',
    [narrow]: {
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: tokens.spacingHorizontalM,
      justifyContent: 'space-between',
      alignItems: 'baseline',
      borderBottom: 'none',
      padding: `2px ${tokens.spacingHorizontalS}`,
      textAlign: 'start',
    },
  },
  whole: { overflowWrap: 'break-word' },
  first: { [narrow]: { fontWeight: tokens.fontWeightSemibold, paddingBottom: tokens.spacingVerticalXS } },
  end: { textAlign: 'end' },
  wideOnly: { [narrow]: { display: 'none' } },
  cardLabel: {
    display: 'none',
    [narrow]: {
      display: 'inline',
      color: tokens.colorNeutralForeground3,
      flexShrink: 0,
      maxWidth: '100%',
      fontSize: tokens.fontSizeBase200,
    },
  },
  value: { [narrow]: { minWidth: 0 } },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
  paging: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    color: tokens.colorNeutralForeground2,
  },
});

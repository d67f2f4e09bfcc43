import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { RouteLink, Section } from '@joinery/ui';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';
import { Properties, Property } from './properties.tsx';

const useStyles = makeStyles({
  element: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderLeft: `2px solid ${tokens.colorNeutralStroke2}`,
    marginBottom: tokens.spacingVerticalS,
  },
  part: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalS },
  partName: { color: tokens.colorNeutralForeground2 },
  urn: { overflowWrap: 'anywhere', fontSize: tokens.fontSizeBase200 },
  note: { color: tokens.colorNeutralForeground2 },
});

type Attributes = Readonly<Record<string, unknown>>;

function isComplex(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User` → `enterprise`. */
function extensionName(urn: string): string {
  return /:extension:([^:]+)/.exec(urn)?.[1] ?? urn;
}

/** What tells people apart comes first; the rest by name, since the store keeps no order. */
const leading = ['userName', 'displayName', 'name', 'active', 'title', 'externalId', 'emails'];

function inOrder(attributes: Attributes): readonly (readonly [string, unknown])[] {
  const rank = (name: string): number => (leading.includes(name) ? leading.indexOf(name) : leading.length);
  return Object.entries(attributes).toSorted(
    ([left], [right]) => rank(left) - rank(right) || left.localeCompare(right),
  );
}

/** All attributes as SCIM names them, extensions in sections of their own. */
export function AttributesView({ attributes }: { attributes: Attributes }) {
  const styles = useStyles();
  const entries = Object.entries(attributes).filter(([name]) => name !== 'schemas');
  const own = entries.filter(([name]) => !name.startsWith('urn:'));
  const extensions = entries.filter(([name]) => name.startsWith('urn:'));
  return (
    <>
      <Text className={styles.note}>{messages.readOnly}</Text>
      <Section title={messages.attributes}>
        <AttributeList attributes={Object.fromEntries(own)} />
      </Section>
      {extensions.map(([urn, value]) => (
        <Section
          key={urn}
          title={messages.extension(extensionName(urn))}
          description={<span className={styles.urn}>{urn}</span>}
        >
          {isComplex(value) ? <AttributeList attributes={value} /> : <Value name={urn} value={value} />}
        </Section>
      ))}
    </>
  );
}

function AttributeList({ attributes }: { attributes: Attributes }) {
  return (
    <Properties>
      {inOrder(attributes).map(([name, value]) => (
        <Property key={name} name={name}>
          <Value name={name} value={value} />
        </Property>
      ))}
    </Properties>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const styles = useStyles();
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) => (
      // Values of an attribute have no identity of their own; the list is shown, not edited.
      <div key={index} className={styles.element}>
        <Value name={name} value={element} />
      </div>
    ));
  }
  if (!isComplex(value)) return <SimpleValue value={value} />;
  return Object.entries(value).map(([part, inner]) => (
    <div key={part} className={styles.part}>
      <span className={styles.partName}>{part}</span>
      {name === 'manager' && part === 'value' && typeof inner === 'string' ? (
        <RouteLink href={paths.person(inner)}>{inner}</RouteLink>
      ) : (
        <span>
          <Value name={part} value={inner} />
        </span>
      )}
    </div>
  ));
}

function SimpleValue({ value }: { value: unknown }) {
  if (value === true) return messages.yes;
  if (value === false) return messages.no;
  if (value === null || value === undefined || value === '') return messages.none;
  return String(value);
}

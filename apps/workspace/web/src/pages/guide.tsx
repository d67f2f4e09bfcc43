import { makeStyles, Text, tokens as theme } from '@fluentui/react-components';
import { CopyField, Details, LinkButton, QueryView, RelativeTime, Section, StatusBadge } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { Tenant } from '@joinery/workspace/contract';
import { tenantQuery } from '../data/tenant.ts';
import { isUsable, tokensQuery } from '../data/tokens.ts';
import { LiveBadge } from '../design/badges.tsx';
import { Properties, Property } from '../design/properties.tsx';
import { Steps } from '../design/steps.tsx';
import { entraGuide, oktaGuide, type GuideField, type GuideStep } from '../messages/guides.ts';
import { guideMessages } from '../messages/guide.ts';
import { paths } from '../paths.ts';

const text = guideMessages;

const useStyles = makeStyles({
  muted: { color: theme.colorNeutralForeground2 },
  copied: { maxWidth: '720px' },
  mapping: { borderCollapse: 'collapse', width: '100%', maxWidth: '720px' },
  cell: {
    textAlign: 'start',
    verticalAlign: 'top',
    padding: `${theme.spacingVerticalXS} ${theme.spacingHorizontalM} ${theme.spacingVerticalXS} 0`,
    borderBottom: `1px solid ${theme.colorNeutralStroke2}`,
    overflowWrap: 'anywhere',
  },
});

export function EntraGuidePage() {
  return <Guide steps={entraGuide} />;
}

export function OktaGuidePage() {
  return <Guide steps={oktaGuide} />;
}

function Guide({ steps }: { steps: readonly GuideStep[] }) {
  const query = useQuery(tenantQuery);
  return (
    <Details
      title={text.title}
      description={text.lead}
      status={<LiveBadge />}
      tabs={[
        { label: text.entra, href: paths.entraGuide },
        { label: text.okta, href: paths.oktaGuide },
      ]}
    >
      <Section>
        <QueryView query={query}>{(tenant) => <GuideSteps steps={steps} tenant={tenant} />}</QueryView>
      </Section>
    </Details>
  );
}

function GuideSteps({ steps, tenant }: { steps: readonly GuideStep[]; tenant: Tenant }) {
  const usable = useQuery(tokensQuery).data?.tokens.filter(isUsable).length ?? 0;
  const isDone = (step: GuideStep): boolean | undefined => {
    if (step.shows === 'token') return usable > 0;
    return step.shows === 'first-request' ? tenant.lastRequest !== null : undefined;
  };
  return (
    <Steps
      level="h2"
      steps={steps.map((step) => ({
        title: step.title,
        isDone: isDone(step),
        content: (
          <>
            {step.text.map((paragraph) => (
              <Text key={paragraph}>{paragraph}</Text>
            ))}
            {step.fields !== undefined && <Fields fields={step.fields} tenantUrl={tenant.tenantUrl} />}
            {step.mapping !== undefined && <Mapping mapping={step.mapping} />}
            {step.shows === 'token' && <TokenStep usable={usable} />}
            {step.shows === 'first-request' && <FirstRequest tenant={tenant} />}
          </>
        ),
      }))}
    />
  );
}

function TokenStep({ usable }: { usable: number }) {
  const styles = useStyles();
  return (
    <>
      <Text className={styles.muted}>{usable === 0 ? text.noToken : text.haveToken(text.tokenCount(usable))}</Text>
      <span>
        <LinkButton href={paths.newToken} appearance={usable === 0 ? 'primary' : 'secondary'}>
          {text.createToken}
        </LinkButton>
      </span>
    </>
  );
}

function FirstRequest({ tenant }: { tenant: Tenant }) {
  return (
    <span role="status">
      {tenant.lastRequest === null ? (
        <StatusBadge tone="informative">{text.waiting}</StatusBadge>
      ) : (
        <>
          <StatusBadge tone="success">{text.received}</StatusBadge> {text.lastRequest}{' '}
          <RelativeTime value={tenant.lastRequest.at} />
        </>
      )}
    </span>
  );
}

function Fields({ fields, tenantUrl }: { fields: readonly GuideField[]; tenantUrl: string }) {
  const styles = useStyles();
  const copied = fields.filter((field) => field.value.kind === 'tenantUrl');
  return (
    <>
      <Properties>
        {fields
          .filter((field) => field.value.kind !== 'tenantUrl')
          .map(({ name, value }) => (
            <Property key={name} name={name}>
              {value.kind === 'text' ? value.text : text.yourToken}
            </Property>
          ))}
      </Properties>
      {copied.map(({ name }) => (
        <div key={name} className={styles.copied}>
          <CopyField label={name} value={tenantUrl} />
        </div>
      ))}
    </>
  );
}

function Mapping({ mapping }: { mapping: NonNullable<GuideStep['mapping']> }) {
  const styles = useStyles();
  return (
    <table className={styles.mapping}>
      <thead>
        <tr>
          <th scope="col" className={styles.cell}>
            {text.source}
          </th>
          <th scope="col" className={styles.cell}>
            {text.target}
          </th>
        </tr>
      </thead>
      <tbody>
        {mapping.map(([source, target]) => (
          <tr key={source}>
            <td className={styles.cell}>{source}</td>
            <td className={styles.cell}>{target}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { JobSettings } from '@joinery/graph-api/contract';
import { Button, Field, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import { QueryView, Section } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddressPart } from '../../data/address.ts';
import { templatesQuery } from '../../data/applications.ts';
import { ensureJob, secretsQuery, settingsQuery, useJob } from '../../data/jobs.ts';
import { messages } from '../../messages.ts';
import { ProvisioningForm } from './provisioning-form.tsx';

const m = messages.provisioning;

/** Mode, admin credentials, settings and status: one page and one Save, as in the article. */
export function ProvisioningTab() {
  const id = useAddressPart('id');
  const job = useJob(id);
  return (
    <QueryView query={job}>
      {(overview) =>
        overview ? <Configured key={overview.job.id} id={id} jobId={overview.job.id} /> : <Unconfigured id={id} />
      }
    </QueryView>
  );
}

/** Without a job provisioning is manual; choosing Automatic makes the job from the application's template. */
function Unconfigured({ id }: { id: string }) {
  const styles = useStyles();
  const templates = useQuery(templatesQuery(id));
  const [error, setError] = useState<string>();
  return (
    <Section>
      <QueryView query={templates}>
        {({ value }) => (
          <div className={styles.form}>
            <Field label={m.mode} {...(error === undefined ? {} : { validationMessage: error })}>
              <RadioGroup
                value="manual"
                onChange={(_, { value: mode }) => {
                  const template = value.find((one) => one.default) ?? value[0];
                  if (mode === 'automatic' && template) {
                    ensureJob(id, template.id).catch((cause: unknown) => setError(String(cause)));
                  }
                }}
              >
                <Radio value="automatic" label={m.automatic} />
                <Radio value="manual" label={m.manual} />
              </RadioGroup>
            </Field>
            <p>{m.manualText}</p>
            <div>
              <Button
                appearance="primary"
                onClick={() => {
                  const template = value.find((one) => one.default) ?? value[0];
                  if (template) ensureJob(id, template.id).catch((cause: unknown) => setError(String(cause)));
                }}
              >
                {messages.application.configure}
              </Button>
            </div>
          </div>
        )}
      </QueryView>
    </Section>
  );
}

function Configured({ id, jobId }: { id: string; jobId: string }) {
  const settings = useQuery(settingsQuery(jobId));
  const secrets = useQuery(secretsQuery(id));
  const templates = useQuery(templatesQuery(id));
  return (
    <QueryView query={settings}>
      {(saved: JobSettings) => (
        <QueryView query={secrets}>
          {(savedSecrets) => (
            <QueryView query={templates}>
              {({ value }) => (
                <ProvisioningForm
                  id={id}
                  jobId={jobId}
                  saved={saved}
                  secrets={savedSecrets}
                  placeholder={
                    (value.find((one) => jobId.startsWith(`${one.id}.`)) ?? value[0])?.metadata.find(
                      (one) => one.key === 'TenantUrlPlaceholder',
                    )?.value ?? ''
                  }
                />
              )}
            </QueryView>
          )}
        </QueryView>
      )}
    </QueryView>
  );
}

const useStyles = makeStyles({ form: { display: 'grid', gap: tokens.spacingVerticalM, maxWidth: '640px' } });

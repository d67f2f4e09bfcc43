import { randomUUID } from 'node:crypto';
import { brandId, type JobId } from '@joinery/base';
import * as contract from '@joinery/graph-api/contract';
import { defaultJobSettings, getGalleryTemplate } from '@joinery/provisioning';
import { createCenterStore } from '@joinery/store/center';
import { aSmtpServer, createCenterDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { systemClock } from '../src/system-clock.ts';
import { aCenter } from './center.ts';

test('without any worker, the process that serves the API says that a job does not run: mail, overview, metrics', async () => {
  await using smtp = await aSmtpServer();
  await using database = await createCenterDatabase();
  const store = createCenterStore(database, { secretKey: Buffer.alloc(32, 7), clock: systemClock, newId: randomUUID });
  const template = getGalleryTemplate('cinode')!;
  const { servicePrincipalId } = await store.applications.create({
    displayName: 'Cinode',
    applicationTemplateId: template.id,
    appRoles: template.appRoles,
  });
  const id = brandId<JobId>(`cinode.${'0'.repeat(32)}.${randomUUID()}`);
  await store.jobs.create({
    id,
    servicePrincipalId,
    templateId: template.templateId,
    settings: { ...defaultJobSettings, notification: { enabled: true, emails: ['it@contoso.com'] } },
    schema: template.schema,
  });
  await store.jobs.start(id);
  await database.query({ text: `update provisioning_job set next_run_at = now() - interval '3 hours'` });

  await using center = await aCenter({
    role: 'api',
    store: { databaseUrl: database.url },
    smtp: { url: smtp.url, from: 'joinery@contoso.com' },
  });
  const mail = await smtp.next();
  expect(mail.to).toEqual(['it@contoso.com']);
  expect(mail.raw).toContain('Subject: Provisioning does not run');
  const { value } = await center.admin.call('GET', '/joinery/jobs', { status: 200, answer: contract.JobOverviews });
  expect(value).toMatchObject([{ lastCheckDateTime: null, overdueSinceDateTime: expect.any(String) }]);
  const { body } = await center.nobody.request('GET', '/metrics');
  expect(body).toMatch(/^joinery_center_jobs_overdue 1$/m);
  expect(body).toContain(`joinery_center_job_last_check_timestamp_seconds{job="${id}"} 0`);
  const audits = await center.admin.call('GET', '/v1.0/auditLogs/directoryAudits', {
    status: 200,
    answer: contract.DirectoryAudits,
  });
  expect(audits.value.map((one) => one.activityDisplayName)).toContain('Provisioning overdue');
});

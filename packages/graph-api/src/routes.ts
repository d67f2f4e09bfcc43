import type { Route } from './route.ts';
import { administratorRoutes } from './routes/administrators.ts';
import { applicationTemplateRoutes } from './routes/application-templates.ts';
import { applicationRoutes } from './routes/applications.ts';
import { assignmentRoutes } from './routes/assignments.ts';
import { auditLogRoutes } from './routes/audit-logs.ts';
import { clientRoutes } from './routes/clients.ts';
import { comparedAccountRoutes } from './routes/compared-accounts.ts';
import { comparisonRoutes } from './routes/comparisons.ts';
import { deletedItemRoutes } from './routes/deleted-items.ts';
import { deltaRoutes } from './routes/delta.ts';
import { exchangeRoutes } from './routes/exchanges.ts';
import { groupRoutes } from './routes/groups.ts';
import { jobOperationRoutes } from './routes/job-operation.ts';
import { jobOverviewRoutes } from './routes/job-overview.ts';
import { jobSchemaRoutes } from './routes/job-schema.ts';
import { jobTemplateRoutes } from './routes/job-templates.ts';
import { jobRoutes } from './routes/jobs.ts';
import { linkRoutes } from './routes/links.ts';
import { memberRoutes } from './routes/members.ts';
import { objectConnectionRoutes } from './routes/object-connections.ts';
import { onDemandRoutes } from './routes/on-demand.ts';
import { organizationRoutes } from './routes/organization.ts';
import { schemaTrialRoutes } from './routes/schema-trial.ts';
import { schemaVersionRoutes } from './routes/schema-versions.ts';
import { previewRoutes } from './routes/previews.ts';
import { secretRoutes } from './routes/secrets.ts';
import { userRoutes } from './routes/users.ts';

/** Under `/v1.0` and `/beta`: Microsoft Graph's addresses. */
export const graphRoutes: readonly Route[] = [
  ...userRoutes,
  ...groupRoutes,
  ...memberRoutes,
  ...deltaRoutes,
  ...deletedItemRoutes,
  ...applicationTemplateRoutes,
  ...applicationRoutes,
  ...assignmentRoutes,
  ...jobTemplateRoutes,
  ...jobRoutes,
  ...secretRoutes,
  ...jobSchemaRoutes,
  ...onDemandRoutes,
  ...objectConnectionRoutes,
  ...auditLogRoutes,
];

/** Under `/joinery`: what Graph lacks. */
export const joineryRoutes: readonly Route[] = [
  ...organizationRoutes,
  ...administratorRoutes,
  ...clientRoutes,
  ...jobOverviewRoutes,
  ...exchangeRoutes,
  ...jobOperationRoutes,
  ...previewRoutes,
  ...schemaTrialRoutes,
  ...schemaVersionRoutes,
  ...comparisonRoutes,
  ...comparedAccountRoutes,
  ...linkRoutes,
];

import type { CycleReport } from './scenario.ts';

/** The one line of `demo --json`; the names are stable. */
export interface DemoReport {
  readonly center: {
    readonly url: string;
    readonly email: string;
    readonly password: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly workspace: {
    readonly url: string;
    readonly tenantUrl: string;
    readonly token: string;
    readonly email: string;
    readonly password: string;
  };
  readonly cycles: { readonly initial: CycleReport; readonly incremental: CycleReport };
}

function printCycle(name: string, cycle: CycleReport): string {
  const { users, groups } = cycle.objects;
  const counts = (['created', 'updated', 'disabled', 'deleted', 'skipped', 'failed'] as const)
    .filter((key) => cycle[key] > 0 || key === 'failed')
    .map((key) => `${cycle[key]} ${key}`);
  const seconds = (cycle.durationMs / 1000).toFixed(1);
  return `${name.padEnd(12)} ${users} users and ${groups} groups in ${seconds} s, ${cycle.requests} requests: ${counts.join(', ')}`;
}

/** The summary for people: what happened, and where to go on. */
export function printReport(report: DemoReport): string {
  const { center, workspace, cycles } = report;
  return [
    '',
    printCycle('Initial', cycles.initial),
    printCycle('Incremental', cycles.incremental),
    '',
    `Admin center ${center.url}`,
    `  sign-in    ${center.email}  ${center.password}`,
    `  Graph API  ${center.url}/v1.0, tenant ${center.tenantId}`,
    `             client ${center.clientId}  ${center.clientSecret}`,
    `Workspace    ${workspace.url}`,
    `  sign-in    ${workspace.email}  ${workspace.password}`,
    `  Tenant URL ${workspace.tenantUrl}`,
    `  Token      ${workspace.token}`,
    '',
  ].join('\n');
}

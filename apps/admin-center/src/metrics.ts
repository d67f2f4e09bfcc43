import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  /** `route` is the pattern of a row in the table of routes, never a path with ids. */
  answered(answer: { method: string; route: string; status: number; seconds: number }): void;
  print(): Promise<string>;
}

export interface MetricSources {
  /** Mails that wait for the mail server. */
  readonly unsentMails: () => Promise<number>;
  readonly jobsByCode: () => Promise<ReadonlyMap<string, number>>;
  /** Of the jobs that are switched on. */
  readonly jobSigns: () => Promise<readonly JobSign[]>;
}

export interface JobSign {
  readonly jobId: string;
  /** Undefined: never. */
  readonly lastCheck: Date | undefined;
  readonly isOverdue: boolean;
}

/** Prometheus metrics of one process. Labels hold nothing of people. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'joinery_center_request_seconds',
    help: 'Time from the arrival of an API request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const requests = new Counter({
    name: 'joinery_center_requests_total',
    help: 'API requests answered',
    labelNames: ['status'],
    registers: [registry],
  });
  new Gauge({
    name: 'joinery_center_unsent_mails',
    help: 'Notifications that were not sent yet',
    registers: [registry],
    async collect() {
      this.set(await sources.unsentMails());
    },
  });
  new Gauge({
    name: 'joinery_center_jobs',
    help: 'Provisioning jobs by status code',
    labelNames: ['code'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [code, count] of await sources.jobsByCode()) this.set({ code }, count);
    },
  });
  new Gauge({
    name: 'joinery_center_job_last_check_timestamp_seconds',
    help: 'When a worker last looked at a job that is switched on, in seconds since 1970; 0: never',
    labelNames: ['job'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { jobId, lastCheck } of await sources.jobSigns()) {
        this.set({ job: jobId }, (lastCheck?.getTime() ?? 0) / 1000);
      }
    },
  });
  new Gauge({
    name: 'joinery_center_jobs_overdue',
    help: 'Jobs that are switched on, should have run, and were not looked at by any worker',
    registers: [registry],
    async collect() {
      this.set((await sources.jobSigns()).filter((sign) => sign.isOverdue).length);
    },
  });
  return {
    contentType: registry.contentType,
    answered({ method, route, status, seconds }) {
      duration.observe({ method, route, status: String(status) }, seconds);
      requests.inc({ status: String(status) });
    },
    print: () => registry.metrics(),
  };
}

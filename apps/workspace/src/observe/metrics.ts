import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  readonly scimAnswered: (answer: { method: string; status: number; durationMs: number }) => void;
  print(): Promise<string>;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Prometheus metrics of one server. Labels hold nothing of tenants or people. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'joinery_scim_requests_total',
    help: 'SCIM requests answered, by method and status',
    labelNames: ['method', 'status'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'joinery_scim_request_seconds',
    help: 'Time from the arrival of a SCIM request to its answer',
    labelNames: ['method'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    scimAnswered({ method, status, durationMs }) {
      const label = methods.has(method) ? method : 'other';
      requests.inc({ method: label, status });
      duration.observe({ method: label }, durationMs / 1000);
    },
    print: () => registry.metrics(),
  };
}

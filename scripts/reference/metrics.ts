import {
  durationBounds,
  type MetricDefinition,
  ownMetrics,
  processMetrics,
} from '../../platform/src/observability/metric-definitions.ts'
import { code, codes, pageText, table } from './markdown.ts'

/** docs/reference/metrics.md: every metric that a scrape of /metrics has. */
export function metricsPage(): string {
  return pageText([
    '# Metrics',
    `\`/metrics\` answers in the text form of Prometheus whoever sends the token in
[PLINTH_METRICS_TOKEN](environment.md#plinth_metrics_token); for everybody else, and where none is set,
there is no such address. Each process counts by itself, from its start.`,
    `\`\`\`yaml
scrape_configs:
  - job_name: plinth
    authorization:
      credentials_file: /etc/prometheus/plinth-token
    static_configs:
      - targets: ['localhost:3000']
\`\`\``,
    `The name under which Prometheus reaches Plinth must be one that it answers for
([ALLOWED_HOSTS](environment.md#allowed_hosts)). A scrape counts against the limit of its address.`,
    '## Calls, requests and the database',
    tableOf(Object.values(ownMetrics)),
    `Labels have the names of operations, surfaces, codes, limits and logins: nothing that a client
invents makes a series. What has not happened yet has none, except how long the calls of an operation
took. Those are counted in buckets up to ${durationBounds.join(', ')} seconds.`,
    '## The process',
    `Measured by prom-client under its usual names; the lag of the event loop from the first scrape on.
Some exist on Linux only.`,
    tableOf(processMetrics),
  ])
}

function tableOf(metrics: readonly MetricDefinition[]): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    metrics.map(({ name, type, labels, help }) => [code(name), type, codes(labels), help]),
  )
}

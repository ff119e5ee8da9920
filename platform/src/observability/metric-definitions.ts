/** A metric as it stands in the scrape and in the reference. There is no other list. */
export interface MetricDefinition {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  /** One sentence; Prometheus shows it beside the metric. */
  readonly help: string
}

const define = (definition: MetricDefinition): MetricDefinition => definition

/** The upper bounds of a call's duration in seconds: from a read in memory to the time limit. */
export const durationBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** What Plinth counts itself. Every label has few values, and none that a client can invent. */
export const ownMetrics = Object.freeze({
  calls: define({
    name: 'plinth_calls_total',
    type: 'counter',
    labels: ['operation', 'surface', 'code'],
    help: 'Calls by operation, surface and outcome: DONE, or the error code of the refusal.',
  }),
  durations: define({
    name: 'plinth_call_duration_seconds',
    type: 'histogram',
    labels: ['operation'],
    help: 'How long calls took on the road, done and refused ones, without reading and writing HTTP.',
  }),
  refusedRequests: define({
    name: 'plinth_requests_refused_total',
    type: 'counter',
    labels: ['code'],
    help: 'Requests refused before a call came of them, by error code: wrong host, unknown address.',
  }),
  limited: define({
    name: 'plinth_rate_limited_total',
    type: 'counter',
    labels: ['limit'],
    help: 'Refusals by rate limit: address, key, session or auth.',
  }),
  connectionsOpen: define({
    name: 'plinth_database_connections_open',
    type: 'gauge',
    labels: ['login'],
    help: 'Connections to PostgreSQL that are open, by login.',
  }),
  connectionsWaiting: define({
    name: 'plinth_database_connections_waiting',
    type: 'gauge',
    labels: ['login'],
    help: 'Calls that wait for a free connection to PostgreSQL, by login.',
  }),
  build: define({
    name: 'plinth_build_info',
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1; the label says which release of Plinth runs.',
  }),
})

const gauge = (name: string, help: string): MetricDefinition =>
  define({ name, type: 'gauge', labels: [], help })
const counter = (name: string, help: string): MetricDefinition =>
  define({ name, type: 'counter', labels: [], help })

/**
 * What prom-client measures of the process, under the names that ready-made dashboards know. Left
 * out are open handles, which it reads from private parts of Node.js, and the details of the heap. A
 * platform may lack some, such as open files.
 */
export const processMetrics: readonly MetricDefinition[] = Object.freeze([
  counter('process_cpu_user_seconds_total', 'Total user CPU time spent in seconds.'),
  counter('process_cpu_system_seconds_total', 'Total system CPU time spent in seconds.'),
  counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.'),
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.'),
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.'),
  gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.'),
  gauge('process_heap_bytes', 'Process heap size in bytes.'),
  gauge('process_open_fds', 'Number of open file descriptors.'),
  gauge('process_max_fds', 'Maximum number of open file descriptors.'),
  gauge('nodejs_eventloop_lag_seconds', 'Lag of event loop in seconds.'),
  gauge('nodejs_eventloop_lag_min_seconds', 'The minimum recorded event loop delay.'),
  gauge('nodejs_eventloop_lag_max_seconds', 'The maximum recorded event loop delay.'),
  gauge('nodejs_eventloop_lag_mean_seconds', 'The mean of the recorded event loop delays.'),
  gauge(
    'nodejs_eventloop_lag_stddev_seconds',
    'The standard deviation of the recorded event loop delays.',
  ),
  gauge(
    'nodejs_eventloop_lag_p50_seconds',
    'The 50th percentile of the recorded event loop delays.',
  ),
  gauge(
    'nodejs_eventloop_lag_p90_seconds',
    'The 90th percentile of the recorded event loop delays.',
  ),
  gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'The 99th percentile of the recorded event loop delays.',
  ),
  gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.'),
  gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.'),
  gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.'),
  define({
    name: 'nodejs_version_info',
    type: 'gauge',
    labels: ['version', 'major', 'minor', 'patch'],
    help: 'Node.js version info.',
  }),
  define({
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    labels: ['kind'],
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
  }),
])

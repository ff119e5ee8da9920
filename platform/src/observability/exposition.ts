import { collectDefaultMetrics, type Metric, Registry } from 'prom-client'
import {
  durationBounds,
  type MetricDefinition,
  ownMetrics,
  processMetrics,
} from './metric-definitions.ts'
import type { DurationCells, Meters } from './metrics.ts'

export interface ExpositionParts {
  readonly meters: Meters
  /** One pool of connections per login. */
  readonly pools: Readonly<Record<string, { stats(): { open: number; waiting: number } }>>
  readonly version: string
}

/** What a scrape is answered with. */
export interface Exposition {
  readonly contentType: string
  text(): Promise<string>
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Where it is not the metric's own: a histogram has `_bucket`, `_sum` and `_count`. */
  readonly metricName?: string
}

/** Gives what was counted, and what prom-client measures of the process, Prometheus' text form. */
export function createExposition({ meters, pools, version }: ExpositionParts): Exposition {
  const registry = new Registry()
  const logins = Object.entries(pools)
  const expose = (definition: MetricDefinition, samples: () => readonly Sample[]) =>
    registry.registerMetric(metricOf(definition, samples))

  expose(ownMetrics.calls, () =>
    meters.read().calls.map(({ count, ...labels }) => ({ labels, value: count })),
  )
  expose(ownMetrics.durations, () => meters.read().durations.flatMap(histogramOf))
  expose(ownMetrics.refusedRequests, () => samplesOf('code', meters.read().refusedRequests))
  expose(ownMetrics.limited, () => samplesOf('limit', meters.read().limited))
  expose(ownMetrics.connectionsOpen, () =>
    logins.map(([login, pool]) => ({ labels: { login }, value: pool.stats().open })),
  )
  expose(ownMetrics.connectionsWaiting, () =>
    logins.map(([login, pool]) => ({ labels: { login }, value: pool.stats().waiting })),
  )
  expose(ownMetrics.build, () => [{ labels: { version }, value: 1 }])
  for (const metric of measuredOfTheProcess()) registry.registerMetric(metric)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

/** Those of prom-client's own metrics that are defined, as far as this platform has them. */
function measuredOfTheProcess(): readonly Metric[] {
  const everything = new Registry()
  collectDefaultMetrics({ register: everything })
  return processMetrics.flatMap(({ name }) => everything.getSingleMetric(name) ?? [])
}

/** A metric whose numbers lie elsewhere. A registry asks a metric for `name` and `get` alone. */
function metricOf(
  { name, type, help }: MetricDefinition,
  samples: () => readonly Sample[],
): Metric {
  const metric = { name, get: async () => ({ name, type, help, values: samples() }) }
  return metric as unknown as Metric
}

function samplesOf(label: string, counts: ReadonlyMap<string, number>): readonly Sample[] {
  return [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }))
}

/** A bucket counts all that took at most as long, so each holds those below it. */
function histogramOf({
  operation,
  buckets,
  sumSeconds,
  count,
}: DurationCells & { readonly operation: string }): readonly Sample[] {
  const { name } = ownMetrics.durations
  let below = 0
  const counted = durationBounds.map((le, at) => {
    below += buckets[at] ?? 0
    return { metricName: `${name}_bucket`, labels: { operation, le }, value: below }
  })
  return [
    ...counted,
    { metricName: `${name}_bucket`, labels: { operation, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels: { operation }, value: sumSeconds },
    { metricName: `${name}_count`, labels: { operation }, value: count },
  ]
}

// The fleet in Prometheus' text format: names by its conventions, units in names, and labels from closed lists, so that
// neither tasks nor agents nor errors make new series without end.

import { failureClasses } from '../../model/failure.ts'
import { gateStates } from '../../model/gate.ts'
import { outcomes } from '../../model/task.ts'
import type { AppTools } from './answer.ts'

type Labels = Readonly<Record<string, string>>
interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly values: readonly (readonly [Labels, number])[]
}

/** Everything as text. */
export async function metricsText(tools: AppTools): Promise<string> {
  return `${(await metrics(tools)).map(textOf).join('\n')}\n`
}

async function metrics({ house, hub, streams }: AppTools): Promise<Metric[]> {
  const { store, clock } = house
  const [counts, open, gates, hosts, incidents] = await Promise.all([
    store.counts(),
    store.unended(null),
    store.gates(),
    store.hosts(),
    store.incidents({ openOnly: true, limit: 1_000 }),
  ])
  const { tally } = hub
  const now = clock.now()
  return [
    gauge('midwatch_tasks', 'Unsettled tasks by state.', [
      [{ state: 'held' }, counts.held],
      [{ state: 'ready' }, counts.ready],
      [{ state: 'taken' }, counts.taken],
    ]),
    counter(
      'midwatch_tasks_settled_total',
      'Tasks settled since the fleet was made, by outcome.',
      outcomes.map((outcome) => [{ outcome }, counts[outcome]]),
    ),
    gauge('midwatch_attempts_open', 'Attempts that have not ended.', [[{}, open.length]]),
    counter(
      'midwatch_attempts_ended_total',
      'Attempts ended since the daemon began, by class.',
      failureClasses.map((name) => [{ class: name }, tally.endings.get(name) ?? 0]),
    ),
    gauge(
      'midwatch_gates',
      'Lanes that do not pass freely, by state.',
      gateStates.map((state) => [{ state }, gates.filter((gate) => gate.state === state).length]),
    ),
    gauge('midwatch_incidents_open', 'Incidents that are not resolved.', [[{}, incidents.length]]),
    gauge(
      'midwatch_dispatcher_pulse_age_seconds',
      'Time since the pulse of each running dispatcher.',
      hosts
        .filter((row) => row.running)
        .map((row) => [{ host: row.name }, Math.max(0, (now - row.pulseAt) / 1_000)]),
    ),
    counter('midwatch_facts_total', 'Facts seen since the daemon began.', [
      [{}, [...tally.kinds.values()].reduce((sum, n) => sum + n, 0)],
    ]),
    gauge('midwatch_http_streams', 'Live streams of facts.', [[{}, streams.count()]]),
    counter('midwatch_http_streams_dropped_total', 'Streams dropped for reading too slowly.', [
      [{}, streams.dropped()],
    ]),
  ]
}

const gauge = (name: string, help: string, values: Metric['values']): Metric => ({
  name,
  type: 'gauge',
  help,
  values,
})
const counter = (name: string, help: string, values: Metric['values']): Metric => ({
  name,
  type: 'counter',
  help,
  values,
})

const textOf = ({ name, type, help, values }: Metric): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...values.map(([labels, value]) => `${name}${labelsOf(labels)} ${value}`),
  ].join('\n')

function labelsOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

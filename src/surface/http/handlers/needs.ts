// What waits for a person, each with what one key does about it: dispatchers that died, a configuration that is refused,
// gates that a person has to reset, incidents that no waiting ends.

import type { StatusReport } from '../../cli/status/report.ts'
import { houseName } from '../../../model/gate.ts'
import { isoTime } from '../../../base/when.ts'
import { releaseSentence } from '../../../model/hold.ts'
import type { House } from '../house.ts'

export interface Need {
  readonly kind: 'dispatcher' | 'config' | 'incident' | 'gate' | 'hold'
  readonly title: string
  readonly since: string | null
  readonly remedy: string
  readonly task: number | null
  readonly lane: string | null
  readonly incident: number | null
  readonly hold: number | null
  readonly act: 'reset' | 'resume' | 'release' | 'answer' | 'look'
}

/** Questions that are shown; `midwatch inbox` has them all. */
const askedMax = 100

const nothing = { task: null, lane: null, incident: null, hold: null, since: null } as const

/** Worst first. */
export async function needsOf(house: House, report: StatusReport): Promise<Need[]> {
  const asked = await questionsOf(house)
  const gated = new Set(
    report.gates.filter((gate) => gate.state === 'pinned').map(({ lane }) => lane),
  )
  return [
    ...report.red.map((sentence): Need => needOfRed(sentence)),
    ...report.gates
      .filter((gate) => gate.state === 'pinned')
      .map(
        (gate): Need => ({
          ...nothing,
          kind: 'gate',
          title: `${gate.lane} is pinned by ${gate.by}: ${gate.reason}`,
          since: gate.since,
          remedy: gate.release,
          lane: gate.lane,
          act: gate.by === houseName ? 'reset' : 'resume',
        }),
      ),
    ...report.incidents
      .filter(
        ({ data, key }) =>
          data.needsPerson &&
          !(data.lane !== null && gated.has(data.lane)) &&
          !asked.some(({ hold }) => hold !== null && key.endsWith(`:${hold}`)),
      )
      .map(
        (incident): Need => ({
          ...nothing,
          kind: 'incident',
          title: incident.title,
          since: incident.openedAt,
          remedy: incident.data.release,
          lane: incident.data.lane,
          task: incident.data.tasks[0] ?? null,
          incident: incident.id,
          act: incident.data.lane === null ? 'look' : 'reset',
        }),
      ),
    ...asked,
  ]
}

function needOfRed(sentence: string): Need {
  const kind = sentence.startsWith('the configuration') ? 'config' : 'dispatcher'
  const remedy =
    kind === 'config' ? 'mend midwatch.yaml; it is read again by itself' : '`midwatch up`'
  return { ...nothing, kind, title: sentence, remedy, act: 'look' }
}

/** Live holds that only a person ends, with the titles of their tasks. */
async function questionsOf({ store }: House): Promise<Need[]> {
  const holds = await store.waitingForPersons({ after: 0, limit: askedMax })
  const ids = [...new Set(holds.map(({ taskId }) => taskId))]
  const { tasks } =
    ids.length === 0 ? { tasks: [] } : await store.briefs({ ids, limit: ids.length })
  const titles = new Map(tasks.map(({ id, title }) => [id, title]))
  return holds.map(({ id, taskId, since, release }) => ({
    ...nothing,
    kind: 'hold',
    title: `${titles.get(taskId) ?? `task ${taskId}`}: ${release.kind === 'person' ? release.question : releaseSentence(release, isoTime)}`,
    since: isoTime(since),
    remedy:
      release.kind === 'person'
        ? `\`midwatch answer h${id} TEXT\`, or release it`
        : `\`midwatch release h${id}\` lets it go on`,
    task: taskId,
    hold: id,
    act: release.kind === 'person' ? 'answer' : 'release',
  }))
}

// What waits for a person, each with what one key does about it: dispatchers that died, a configuration that is refused,
// gates that a person has to reset, incidents that no waiting ends.

import type { StatusReport } from '../../cli/status/report.ts'
import { houseName } from '../../../model/gate.ts'
import { isoTime } from '../../../base/when.ts'
import { releaseSentence } from '../../../model/hold.ts'
import { holdShape } from '../../cli/shapes.ts'
import type { House } from '../house.ts'
import { liveHolds } from './waiting.ts'

export interface Need {
  readonly kind: 'dispatcher' | 'config' | 'incident' | 'gate' | 'hold'
  readonly title: string
  readonly since: string | null
  readonly remedy: string
  readonly task: number | null
  readonly lane: string | null
  readonly incident: number | null
  readonly act: 'reset' | 'resume' | 'release' | 'look'
}

/** Held tasks that are looked through for questions. */
const askedMax = 200

const nothing = { task: null, lane: null, incident: null, since: null } as const

/** Worst first. */
export async function needsOf(house: House, report: StatusReport): Promise<Need[]> {
  const asked = await liveHolds(house, askedMax)
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
      .filter(({ data }) => data.needsPerson && !(data.lane !== null && gated.has(data.lane)))
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
    ...asked.holds
      .filter(({ hold }) => holdShape(hold).needsPerson)
      .map(
        ({ hold, title }): Need => ({
          ...nothing,
          kind: 'hold',
          title: `${title}: ${releaseSentence(hold.release, isoTime)}`,
          since: isoTime(hold.since),
          remedy: `\`midwatch release h${hold.id}\` once it is answered`,
          task: hold.taskId,
          act: 'release',
        }),
      ),
  ]
}

function needOfRed(sentence: string): Need {
  const kind = sentence.startsWith('the configuration') ? 'config' : 'dispatcher'
  const remedy =
    kind === 'config' ? 'mend midwatch.yaml; it is read again by itself' : '`midwatch up`'
  return { ...nothing, kind, title: sentence, remedy, act: 'look' }
}

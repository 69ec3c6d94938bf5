// An incident: one problem with an identity, opened once, counted, resolved once. What happens again, and what fails
// under a lane whose incident is open, joins it.

import type { Severity } from './channels.ts'
import type { FailureClass } from './failure.ts'

export interface IncidentData {
  /** The lane that is out of order; null for an incident of something else. */
  readonly lane: string | null
  readonly needsPerson: boolean
  /** Endings that belong to it, by class. */
  readonly classes: Readonly<Partial<Record<FailureClass, number>>>
  /** The lanes that failed within it. */
  readonly lanes: readonly string[]
  /** The tasks it touched, bounded. */
  readonly tasks: readonly number[]
  readonly attempts: number
  /** What changed between the last success and its beginning, newest first. */
  readonly changed: readonly string[]
  /** How it ends. */
  readonly release: string
}

export interface Incident {
  readonly id: number
  readonly key: string
  readonly title: string
  readonly openedAt: number
  readonly lastAt: number
  readonly count: number
  readonly resolvedAt: number | null
  readonly resolvedBy: string | null
  /** When a notifier succeeded in telling of its opening; null until then. */
  readonly toldAt: number | null
  readonly data: IncidentData
}

export const noData: IncidentData = {
  lane: null,
  needsPerson: false,
  classes: {},
  lanes: [],
  tasks: [],
  attempts: 0,
  changed: [],
  release: '',
}

/** What is done to incidents while facts are folded. */
export type IncidentMove =
  /** Opens it, or reopens one that was resolved less than `reopenMs` ago, or counts an open one. */
  | {
      readonly do: 'open'
      readonly key: string
      readonly title: string
      readonly data: IncidentData
      readonly reopenMs: number
    }
  /** Something more belongs to an open one; does nothing when it is not open. */
  | { readonly do: 'join'; readonly key: string; readonly data: IncidentData }
  /** A narrower one turns out to be part of a wider one: resolved without a message. */
  | { readonly do: 'absorb'; readonly key: string; readonly into: string }
  | { readonly do: 'resolve'; readonly key: string; readonly by: string }

const tasksKept = 50

/** Two halves of one incident as one: the newer tells how it ends. */
export function mergeData(old: IncidentData, more: IncidentData): IncidentData {
  const classes: Partial<Record<FailureClass, number>> = { ...old.classes }
  for (const [name, n] of Object.entries(more.classes) as [FailureClass, number][])
    classes[name] = (classes[name] ?? 0) + n
  return {
    lane: old.lane ?? more.lane,
    needsPerson: old.needsPerson || more.needsPerson,
    classes,
    lanes: [...new Set([...old.lanes, ...more.lanes])],
    tasks: [...new Set([...old.tasks, ...more.tasks])].slice(0, tasksKept),
    attempts: old.attempts + more.attempts,
    changed: old.changed.length > 0 ? old.changed : more.changed,
    release: more.release || old.release,
  }
}

/** Stored data as they are now; what is missing in old rows is nothing. */
export function readData(text: string): IncidentData {
  try {
    return { ...noData, ...(JSON.parse(text) as Partial<IncidentData>) }
  } catch {
    return noData
  }
}

/** The key of a lane's incident. */
export const incidentOfLane = (lane: string): string => `gate:${lane}`
/** The lane whose incident has that key. */
export const laneOfIncident = (key: string): string => key.replace(/^gate:/, '')
/** The key of a mass death on a host. */
export const incidentOfLosses = (lane: string): string => `lost:${lane}`
/** The lane that such an incident is about, or null when it is another one. */
export const laneOfLosses = (key: string): string | null => /^lost:(.+)$/.exec(key)?.[1] ?? null

/** What stays broken although it is mended, or although somebody should mend it: the subject of its incident `law:…`. */
export const troubleKey = (law: string, subject: string): string =>
  `${law}:${subject.replaceAll(' ', '-')}`

/** The law and the subject of such an incident, or null when it is another one. */
export function troubleOfIncident(key: string): { law: string; subject: string } | null {
  const match = /^law:([^:]+):(.+)$/.exec(key)
  if (match?.[1] === undefined || match[2] === undefined) return null
  return { law: match[1], subject: match[2].replace(/^(task|attempt)-(?=\d+$)/, '$1 ') }
}

/** How much an incident matters to people: what waits for one is urgent. */
export const severityOf = ({ data }: Pick<Incident, 'data'>): Severity =>
  data.needsPerson ? 'urgent' : data.lane === null ? 'notice' : 'warning'

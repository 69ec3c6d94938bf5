// Incidents: opened once, told once, resolved once.

import type { Incident, IncidentData } from '../../../model/incident.ts'

export interface IncidentVerbs {
  openIncident(input: {
    key: string
    title: string
    data?: IncidentData
    now: number
  }): Promise<{ opened: boolean }>
  resolveIncident(input: { key: string; by: string; now: number }): Promise<void>
  /** Newest first, those older than `before` alone. */
  incidents(filter: {
    openOnly: boolean
    before?: number
    limit: number
  }): Promise<readonly Incident[]>
  /**
   * Open incidents about a task, a hold or what others wait for whose cause is gone, each with what ended it; of the newest
   * `limit`. All other incidents are somebody else's to end.
   */
  groundless(input: { limit: number }): Promise<readonly { key: string; by: string }[]>
  /** One, or the newest of a key; null when there is none. */
  incident(which: { id: number } | { key: string }): Promise<Incident | null>
  /**
   * Incidents of whose opening or end nobody has been told, and whose next try is due. They are the caller's for
   * `takeMs`: meanwhile nobody else is given them.
   */
  untold(input: {
    now: number
    takeMs: number
    limit: number
  }): Promise<readonly { incident: Incident; tries: number }[]>
  told(input: {
    id: number
    key: string
    what: 'opened' | 'resolved'
    notifier: string
    now: number
  }): Promise<void>
  /** It is not the time to tell it: quiet hours, or somebody else is at it. Nothing failed. */
  tellLater(input: { id: number; after: number; now: number }): Promise<void>
  /** Telling failed: it counts as not told, and is tried again not before `after`. */
  notTold(input: {
    id: number
    key: string
    notifier: string
    why: string
    after: number
    now: number
  }): Promise<void>
}

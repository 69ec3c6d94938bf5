// A hold: why one task may not run, born together with its release. There is no hold without one.

import type { Probe, ProbeAnswer } from './probe.ts'

/** What ends a hold, by kind. `needsPerson` marks an `after` hold whose task ended otherwise than done. */
export type Release =
  | {
      readonly kind: 'time'
      readonly until: number
      readonly why: 'not_before' | 'backoff' | 'cooldown'
    }
  | {
      readonly kind: 'after'
      readonly taskId: number
      readonly any: boolean
      readonly needsPerson: boolean
    }
  | { readonly kind: 'review'; readonly reviewTask: number }
  | {
      readonly kind: 'check'
      readonly probe: Probe
      /** From one look to the next. */
      readonly everyMs: number
      /** How long one look may take. */
      readonly timeoutMs: number
    }
  | PersonRelease
  | { readonly kind: 'lock'; readonly name: string }
  | { readonly kind: 'work'; readonly key: string }

export interface PersonRelease {
  readonly kind: 'person'
  readonly question: string
  /** Who is told. */
  readonly told: string
  /** How often the person is reminded; absent for never. */
  readonly remindMs?: number
  /** When it is decided without an answer, and how; absent for never. */
  readonly decide?: { readonly at: number; readonly how: TimeOutDecision }
  /** The attempt that asks. */
  readonly attemptId?: number
  /** Ends by itself once a configured agent serves the task. */
  readonly untilServed?: boolean
}

/** What becomes of a task whose question nobody answered in time. */
export const timeOutDecisions = ['release', 'cancel'] as const
export type TimeOutDecision = (typeof timeOutDecisions)[number]

export type HoldKind = Release['kind']
export const holdKinds = [
  'time',
  'after',
  'review',
  'check',
  'person',
  'lock',
  'work',
] as const satisfies readonly HoldKind[]

/** What happened to a hold while it holds: looks of its check, reminders of its person. */
export interface HoldState {
  /** The newest look's answer, and what it saw. */
  readonly answer?: ProbeAnswer
  readonly detail?: string
  readonly at?: number
  /** Looks so far. */
  readonly tries?: number
  /** Looks in a row that could not tell, and since when. */
  readonly broken?: number
  readonly brokenSince?: number
  readonly reminders?: number
  readonly remindedAt?: number
}

export interface Hold {
  readonly id: number
  readonly taskId: number
  readonly kind: HoldKind
  /** Never changes, however often a check says "not yet". */
  readonly since: number
  readonly release: Release
  readonly state: HoldState
  readonly releasedAt: number | null
  readonly releasedBy: string | null
  /** What a person answered; null unless a question was answered. */
  readonly answer: string | null
}

/** Whether only a person ends it: a question, or a task that did not end well. */
export const needsPerson = (release: Release): boolean =>
  release.kind === 'person' || (release.kind === 'after' && release.needsPerson)

/** When its mechanism looks at a hold for the first time after it was put; null when nothing is to be looked at. */
export function firstLookAt(release: Release, now: number): number | null {
  if (release.kind === 'check') return now
  if (release.kind !== 'person') return null
  return personLookAt(release, now)
}

/** When a person is next reminded, or decided for. */
export function personLookAt({ remindMs, decide }: PersonRelease, now: number): number | null {
  const at = Math.min(
    remindMs === undefined ? Number.POSITIVE_INFINITY : now + remindMs,
    decide?.at ?? Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(at) ? at : null
}

/** One sentence: what this hold waits for. `at` formats a wall time. */
export function releaseSentence(release: Release, at: (ms: number) => string): string {
  switch (release.kind) {
    case 'time':
      return `${release.why === 'not_before' ? 'not before' : `${release.why} until`} ${at(release.until)}`
    case 'after':
      return release.needsPerson
        ? `task ${release.taskId} did not end well: \`midwatch again ${release.taskId}\` or \`midwatch release\``
        : `until task ${release.taskId} ${release.any ? 'ends' : 'is done'}`
    case 'review':
      return `until review ${release.reviewTask} decides (\`midwatch review\`)`
    case 'check':
      return `until ${probeSentence(release.probe)}`
    case 'person':
      return `${release.question} (told: ${release.told})${decideSentence(release, at)}`
    case 'lock':
      return `until the lock ${release.name} is released or expires: \`midwatch lock show ${release.name}\``
    case 'work':
      return `until the work key ${release.key} is completed or given up: \`midwatch work show ${release.key}\``
  }
}

const decideSentence = ({ decide }: PersonRelease, at: (ms: number) => string): string =>
  decide === undefined
    ? ''
    : `; without an answer it is ${decide.how === 'release' ? 'released' : 'cancelled'} at ${at(decide.at)}`

/** What a probe has to see. */
export function probeSentence(probe: Probe): string {
  switch (probe.look) {
    case 'command':
      return `\`${probe.command}\` exits 0`
    case 'file':
      return `the file ${probe.path} is there`
    case 'url':
      return `${probe.url} answers well`
  }
}

/** The hold whose question or broken check an incident tells of; null for other incidents. */
export function incidentHold(key: string): number | null {
  const match = /^(?:ask|probe):(\d+)$/.exec(key)
  return match?.[1] === undefined ? null : Number(match[1])
}

/** The task that did not end well while others wait for it; null for other incidents. */
export function incidentBlocker(key: string): number | null {
  const match = /^blocked:(\d+)$/.exec(key)
  return match?.[1] === undefined ? null : Number(match[1])
}

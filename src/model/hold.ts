// A hold: why one task may not run, born together with its release. There is no hold without one.

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
  | { readonly kind: 'person'; readonly question: string; readonly told: string }

export type HoldKind = Release['kind']
export const holdKinds = [
  'time',
  'after',
  'review',
  'person',
] as const satisfies readonly HoldKind[]

export interface Hold {
  readonly id: number
  readonly taskId: number
  readonly kind: HoldKind
  readonly since: number
  readonly release: Release
  readonly releasedAt: number | null
  readonly releasedBy: string | null
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
    case 'person':
      return `${release.question} (told: ${release.told})`
  }
}

// How one kind of fact is told: its tone, its sentence, and whether it is worth a line of `midwatch up`.

import type { FactBody, FactKind } from '../../model/fact.ts'

/** How a fact strikes the reader. */
export type Tone = 'good' | 'bad' | 'waiting' | 'moving' | 'plain' | 'aside'

export type Bodies = { [K in FactKind]: Extract<FactBody, { kind: K }> }
export interface Telling<B> {
  readonly tone: Tone | ((body: B) => Tone)
  readonly say: (body: B) => string
  /** Worth a line of `midwatch up`. */
  readonly noteworthy: boolean
}

/** Worth a line of `midwatch up`. */
export const told = <B>(tone: Telling<B>['tone'], say: Telling<B>['say']): Telling<B> => ({
  tone,
  say,
  noteworthy: true,
})
/** For who looks closely. */
export const quiet = <B>(say: Telling<B>['say']): Telling<B> => ({
  tone: 'aside',
  say,
  noteworthy: false,
})

/** How these kinds of facts are told. */
export type Tellings<K extends FactKind> = { readonly [One in K]: Telling<Bodies[One]> }

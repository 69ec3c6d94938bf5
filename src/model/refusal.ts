// A decision NOT to do something, kept with its reason. Values, not exceptions: refusing is normal work.

/** Why a fenced write or a claim did not happen. `code` is stable. */
export interface Refusal {
  readonly code: string
  readonly sentence: string
  /** What reopens the way, as a sentence; every refusal names it. */
  readonly release: string
}

export type Fenced<T = object> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly refusal: Refusal }

export const refusal = (code: string, sentence: string, release: string): Refusal => ({
  code,
  sentence,
  release,
})

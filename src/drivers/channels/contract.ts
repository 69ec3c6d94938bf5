// What every way to the outside promises. A channel delivers a letter once when it is asked once; it never tries again
// by itself, for only the ledger knows what that would mean. It says which of three things happened: delivered, nothing
// reached the world, or nobody knows. Where the outside can be asked, it asks.

/** One letter. Its key is that of its effect; what the outside is given to recognise it by is derived from it. */
export interface Letter {
  readonly key: string
  readonly subject: string
  readonly text: string
  /** The same as a page, for channels that can carry one; absent for none. */
  readonly html?: string
  /** Whom it goes to instead of those the channel is configured for; empty for those. */
  readonly to: readonly string[]
  /** Whether a person has to do something. */
  readonly urgent: boolean
  /** The parts, for channels that hand on data instead of words. */
  readonly data: Readonly<Record<string, unknown>>
}

export type Delivered =
  | { readonly did: 'performed'; readonly receipt: string; readonly output: string }
  /** Nothing reached the world. `soon`: trying again may help, not before `afterMs` where the outside said so. */
  | {
      readonly did: 'nothing'
      readonly why: string
      readonly retry: 'soon' | 'never'
      readonly afterMs: number | null
    }
  | { readonly did: 'unknown'; readonly why: string }

/** The outside's word on whether a letter arrived. */
export type Found =
  | { readonly found: 'yes'; readonly receipt: string }
  | { readonly found: 'no' }
  | { readonly found: 'unknown'; readonly why: string }

export interface Asking {
  /** A letter that is on its way may not be seen at once: so long after the sender's end a `no` means nothing. */
  readonly settleMs: number
  ask(letter: Letter, signal: AbortSignal): Promise<Found>
}

export interface Channel {
  readonly name: string
  readonly kind: string
  deliver(letter: Letter, signal: AbortSignal): Promise<Delivered>
  /** Null where the outside can't be asked. */
  readonly asking: Asking | null
}

export const nothing = (
  why: string,
  retry: 'soon' | 'never',
  afterMs: number | null = null,
): Delivered => ({ did: 'nothing', why, retry, afterMs })
export const unknown = (why: string): Delivered => ({ did: 'unknown', why })

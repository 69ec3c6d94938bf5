// What every notifier promises: one message reaches its reader, or the call fails. It never retries by itself; whoever
// calls writes down what was told, and only that counts.

/** One message about an incident. */
export interface Message {
  readonly fleet: string
  readonly what: 'opened' | 'resolved'
  readonly key: string
  readonly title: string
  /** The whole message for people, several lines. */
  readonly text: string
  /** Whether a person has to do something. */
  readonly needsPerson: boolean
  readonly openedAt: number
  readonly resolvedAt: number | null
}

export interface Notifier {
  readonly name: string
  /** Resolves when the message was handed over. Rejects with the reason when it was not. */
  tell(message: Message, signal: AbortSignal): Promise<void>
}

// A dead-man switch somewhere else: it expects a ping now and then, and cries when none comes. It is told only good news.

export interface Deadman {
  /** Resolves when the ping arrived; rejects with the reason when it did not. */
  ping(url: string, signal: AbortSignal): Promise<void>
}

// Attendances that broke by an error of ours: each is tried again, after a wait that grows, so that one attempt that nobody
// can attend fills neither the journal nor the log.

/** How often in a row it broke, and not before when it goes on, on the monotonic clock. */
export interface Trouble {
  readonly times: number
  readonly nextMs: number
}

const longestMs = 60_000

/** Notes how an attendance went. The first wait is `pollMs`. */
export function noteTrouble(
  troubled: Map<number, Trouble>,
  attemptId: number,
  broke: boolean,
  nowMs: number,
  pollMs: number,
): void {
  if (!broke) return void troubled.delete(attemptId)
  const times = (troubled.get(attemptId)?.times ?? 0) + 1
  const waitMs = Math.min(pollMs * 2 ** Math.min(times - 1, 10), longestMs)
  troubled.set(attemptId, { times, nextMs: nowMs + waitMs })
}

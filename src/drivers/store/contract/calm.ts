// Calm windows: what each host judged of each, its openings, and who waits for one.

import type { Release } from '../../../model/hold.ts'
import type { Opening, WindowState } from '../../../model/window.ts'

export interface CalmVerbs {
  /** Notes a judgement. A change between calm and not is an opening or its end. */
  judgeWindow(input: {
    name: string
    host: string
    calm: boolean
    why: readonly string[]
    quietSince: number | null
    day: string
    busy: WindowState['busy']
    now: number
  }): Promise<WindowState>
  /** Every window as judged last, of one host or of all (null). */
  windows(host: string | null): Promise<readonly WindowState[]>
  /** The newest openings of a window (null: of all), newest first. */
  openings(filter: { name: string | null; limit: number }): Promise<readonly Opening[]>
  /** Ready tasks that wait for a window, the longest waiting first, and how many there are. */
  waitingForCalm(input: { name: string; limit: number }): Promise<{
    count: number
    tasks: readonly { id: number; readyAt: number }[]
  }>
  /** A ready task no longer asks for calm; with `ask` it waits for a person first. Answers whether it was one. */
  waiveCalm(input: {
    taskId: number
    by: string
    reason: string
    ask: Release | null
    now: number
  }): Promise<{ waived: boolean }>
}

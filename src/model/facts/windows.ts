// What can happen to calm windows.

export type WindowFact =
  | { kind: 'window.opened'; window: string; host: string }
  | { kind: 'window.closed'; window: string; host: string; taken: number; why: string }
  /** A task waited too long for calm: it no longer asks for it. */
  | { kind: 'task.waived'; window: string; by: string; reason: string }

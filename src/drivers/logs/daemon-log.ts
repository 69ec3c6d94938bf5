// The daemon's log: one JSON line per fact and per trouble, in a file that only its owner reads. Facts are the source; the
// log is one of their readers, and losing a line loses nothing that the store does not know.

import pino from 'pino'

import type { Fact } from '../../model/fact.ts'

export interface DaemonLog {
  fact(fact: Fact): void
  trouble(line: string, fields?: object): void
  close(): void
}

/** Opens (and appends to) the log at `path`. */
export function openDaemonLog(path: string): DaemonLog {
  const destination = pino.destination({ dest: path, append: true, sync: true, mode: 0o600 })
  destination.on('error', () => {}) // a full disk takes the log, never the dispatcher
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    fact: ({ id, at, taskId, attemptId, body }) =>
      log.info({ fact: id, at, taskId, attemptId, ...body }),
    trouble: (line, fields) => log.error({ ...fields }, line),
    close() {
      try {
        destination.flushSync()
        destination.end()
      } catch {
        // nothing was open yet, or the disk is full: there is nothing left to save
      }
    },
  }
}

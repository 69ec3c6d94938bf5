// The daemon's log: one JSON line per fact and per trouble, in a file that only its owner reads. Facts are the source; the
// log is one of their readers, and losing a line loses nothing that the store does not know. So a log that cannot be
// opened or written is told once, and never keeps the dispatcher from its work.

import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

import pino from 'pino'

import { systemCode } from '../../base/errors.ts'
import type { Fact } from '../../model/fact.ts'

export interface DaemonLog {
  fact(fact: Fact): void
  trouble(line: string, fields?: object): void
  close(): void
}

/** Two such files are all that is kept. */
const mostBytesDefault = 20 * 1_048_576

/**
 * Opens (and appends to) the log at `path`. `onLost` is told once, with a sentence, when it cannot be opened or written.
 * Each line is written at once and kept nowhere: pino's own destination keeps what it could not write, and on a full disk
 * tries to the end of days to get rid of it.
 */
export function openDaemonLog(
  path: string,
  onLost: (sentence: string) => void,
  mostBytes = mostBytesDefault,
): DaemonLog {
  let told = false
  const bear = <T>(act: () => T): T | null => {
    try {
      return act()
    } catch (error) {
      if (systemCode(error) === null) throw error
      if (!told) onLost(`${path} cannot be written (${systemCode(error)})`)
      told = true
      return null
    }
  }
  const openNow = () => bear(() => openSync(path, 'a', 0o600))
  let fd = openNow()
  let bytes = fd === null ? 0 : fstatSync(fd).size
  /** The full one stays as the one before; what was before that goes. */
  const rotate = (open: number) => {
    bear(() => closeSync(open))
    bear(() => renameSync(path, `${path}.1`))
    fd = openNow()
    bytes = 0
  }
  const write = (line: string) => {
    if (fd !== null && bytes > mostBytes) rotate(fd)
    const open = fd
    if (open === null) return
    bear(() => writeSync(open, line))
    bytes += line.length
  }
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write })
  return {
    fact: ({ id, at, taskId, attemptId, body }) =>
      log.info({ fact: id, at, taskId, attemptId, ...body }),
    trouble: (line, fields) => log.error({ ...fields }, line),
    close() {
      const open = fd
      fd = null
      if (open !== null) bear(() => closeSync(open))
    },
  }
}

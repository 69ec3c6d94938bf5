// Makes what was committed durable, off the loop. SQLite's own way waits inside COMMIT, and for more than is needed: built
// without fdatasync it has the file system commit the log's new date each time. Ours asks for the data alone, from a
// thread of Node's, while the loop goes on. https://www.sqlite.org/wal.html, man 2 fdatasync

import { closeSync, fdatasync, openSync } from 'node:fs'

import { failed } from '../../../base/errors.ts'

export interface LogSync {
  /** Resolves once everything that was committed before the call is on the disk. Rejects with `store.io`. */
  sync(): Promise<void>
  close(): void
}

/**
 * For the database at `path`, which this process keeps open: as long as it does, its log is one and the same file. Nobody
 * locks that file, so that closing it here takes no lock from SQLite, as closing the database's own would.
 */
export function logSync(path: string): LogSync {
  const log = `${path}-wal`
  let fd: number | null = null
  const sync = () =>
    new Promise<void>((resolve, reject) => {
      fd ??= openSync(log, 'r')
      fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))
    })
  return {
    sync: () => sync().catch((error: unknown) => Promise.reject(lost(log, error))),
    close() {
      if (fd !== null) closeSync(fd)
      fd = null
    },
  }
}

const lost = (log: string, error: unknown) =>
  failed(
    'store.io',
    `what was written to ${log} may not be on the disk`,
    'check the disk; `midwatch doctor` says more',
    error,
  )

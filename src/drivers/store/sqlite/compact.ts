// The vacuum of the embedded database, in small steps: pages that pruning left empty are cut off the file's end a few hundred at a
// time, and only while more than a quarter of the file is empty; less than that is soon written again. A full VACUUM would
// stop every writer for as long as the whole file takes.

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import type { Compactor } from '../contract/compactor.ts'
import { explain, isBusy } from './errors.ts'

const pagesAtOnce = 256
const leastPages = 1_024
const emptyPart = 0.25

/** Over the database at `path`; opens it anew for each step, and waits for nobody. */
export const sqliteCompactor = (path: string): Compactor => ({
  step() {
    // A fleet whose folder was removed under its dispatcher has no file to shrink, and must not get a new one.
    if (!existsSync(path)) return { freed: 0, left: 0 }
    const db = new DatabaseSync(path, { timeout: 0 })
    const read = (name: string) =>
      Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
    try {
      const [pageBytes, pages, free] = [
        read('page_size'),
        read('page_count'),
        read('freelist_count'),
      ]
      const wanted = free > leastPages && free > pages * emptyPart
      // A database that was made before this policy gives nothing back; it uses its empty pages first.
      if (!wanted || read('auto_vacuum') !== incremental) return { freed: 0, left: 0 }
      db.prepare(`PRAGMA incremental_vacuum(${pagesAtOnce})`).all()
      const left = read('freelist_count')
      return { freed: (free - left) * pageBytes, left: left * pageBytes }
    } catch (error) {
      if (isBusy(error)) return { freed: 0, left: 0 }
      throw explain(error, path)
    } finally {
      db.close()
    }
  },
})

const incremental = 2

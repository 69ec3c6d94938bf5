// Holds the write lock of a SQLite file until its standard input is closed. Argument: path.

import { DatabaseSync } from 'node:sqlite'

const db = new DatabaseSync(process.argv[2] ?? '', { timeout: 5_000 })
db.exec('BEGIN IMMEDIATE')
console.log('locked')
process.stdin.resume()
process.stdin.once('end', () => {
  db.exec('COMMIT')
  db.close()
})

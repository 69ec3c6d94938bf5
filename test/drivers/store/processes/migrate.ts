// Migrates a database and is killed in the middle: arguments are the address and the number of the statement after
// which the kill falls.

import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

import { migratePostgres } from '../../../../src/drivers/store/postgres/migrate.ts'
import { migrateSqlite } from '../../../../src/drivers/store/sqlite/migrate.ts'
import { afterStatement } from './interrupted.ts'

const [address = '', at = '0'] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')
if (address.startsWith('postgres:')) {
  const client = new pg.Client(address)
  await client.connect()
  await migratePostgres(afterStatement(client, 'query', Number(at), die), 1, 'killed')
} else {
  migrateSqlite(
    afterStatement(new DatabaseSync(address), 'exec', Number(at), die),
    1,
    () => 'killed',
  )
}
console.log('it was not killed')
process.exit(0)

// Lends connections of the pool, one to each transaction.

import type { Pool, PoolClient } from 'pg'

import { isLost } from './errors.ts'

/** Lends a connection. One whose state is unknown afterwards is thrown away. */
export async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let unfit = false
  try {
    return await work(client)
  } catch (error) {
    unfit = isLost(error) || !(await rollback(client))
    throw error
  } finally {
    client.release(unfit)
  }
}

async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}

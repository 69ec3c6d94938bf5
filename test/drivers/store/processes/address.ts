// How a process of a test opens the store that another process made: by a path or by an address.

import { systemClock } from '../../../../src/base/clock.ts'
import { systemRandom } from '../../../../src/base/random.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import { openPostgres } from '../../../../src/drivers/store/postgres/open.ts'
import { openSqlite } from '../../../../src/drivers/store/sqlite/open.ts'

export async function openAt(address: string): Promise<Store> {
  const by = { clock: systemClock, random: systemRandom }
  return address.startsWith('postgres:')
    ? openPostgres({ url: address, ...by })
    : openSqlite({ path: address, ...by })
}

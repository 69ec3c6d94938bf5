// Writes task after task and tells each one that was acknowledged: `ok ID`. An error is told as `error CODE`, and after
// a line on standard input it goes on. Argument: address. Ends when killed, or after `stop`.

import { createInterface } from 'node:readline'

import { OperatingError } from '../../../../src/base/errors.ts'
import { want } from '../conformance/wants.ts'
import { openAt } from './address.ts'

const [address = '', title = 'written', prompt = 'x'] = process.argv.slice(2)
const size = Number(prompt) || 1
const orders = createInterface(process.stdin)[Symbol.asyncIterator]()
try {
  const store = await openAt(address)
  console.log('open')
  for (let going = true; going; ) {
    try {
      const order = { ...want().order, run: 'x'.repeat(size) }
      const { task } = await store.enqueue(want({ title, order }))
      console.log(`ok ${task.id}`)
    } catch (error) {
      tell(error)
      going = (await orders.next()).value === 'go on'
    }
  }
  await store.close()
} catch (error) {
  tell(error)
}
process.exit(0)

function tell(error: unknown): void {
  const code = error instanceof OperatingError ? error.code : 'unexplained'
  console.log(`error ${code} ${error instanceof Error ? error.message : String(error)}`)
}

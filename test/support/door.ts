// Asks the test run for what it makes once for all of its files.

import { connect } from 'node:net'

/** Names the socket; absent outside a test run. */
export const doorVariable = 'MIDWATCH_TEST_DOOR'

export type Asked = 'postgres' | 'program' | 'page'
export type DoorAnswer<T> = T | { readonly failed: string }

/** What the run made; null where no run is. Throws when it could not be made. */
export async function askDoor<T extends object>(asked: Asked): Promise<T | null> {
  const path = process.env[doorVariable]
  if (path === undefined) return null
  const answer = JSON.parse(await told(path, asked)) as DoorAnswer<T>
  if ('failed' in answer) throw new Error(`${asked} could not be made: ${answer.failed}`)
  return answer
}

function told(path: string, asked: Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(path, () => socket.write(`${asked}\n`))
    socket.on('data', (chunk) => {
      said += chunk.toString()
    })
    socket.on('end', () => resolve(said))
    socket.on('error', reject)
  })
}

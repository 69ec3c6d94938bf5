// Opens the store, tells its fleet, and goes. Argument: address. It begins when its standard input is closed, so that
// several can begin at once.

import { openAt } from './address.ts'

const [address = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('end', async () => {
  const store = await openAt(address)
  console.log(`fleet ${store.fleetId} ${JSON.stringify(await store.counts())}`)
  await store.close()
})
console.log('here')

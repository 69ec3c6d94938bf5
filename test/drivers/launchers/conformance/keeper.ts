// A daemon that only starts one session and then waits to be killed. Run with: kind, folder, fleet's pid, order as JSON.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { present } from '../../../../src/base/assert.ts'
import { openers } from '../kinds.ts'

const [kind = '', dir = '', pid = '', order = ''] = process.argv.slice(2)
const launcher = present(openers[kind], `${kind} is a launcher`)(dir, Number(pid))
const launch = await launcher.start(JSON.parse(order))
writeFileSync(join(dir, 'kept'), `${JSON.stringify(launch)}\n`)
setInterval(() => {}, 1_000_000)

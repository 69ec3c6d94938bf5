// What a session keeps of the configuration it began with, when its dispatcher is killed and the file is another one.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Binary, lives, plainYaml, until } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
  dir = await binary.fleet()
})
afterAll(() => binary.end([dir]))

const run = (...args: string[]) => binary.run(args, { cwd: dir })
const json = (...args: string[]) => binary.json(args, { cwd: dir })

test('an adopted session keeps the time limit it began with, though its agent is gone from the file', async () => {
  const file = join(dir, 'midwatch.yaml')
  const limited = plainYaml.replace('poll: 200ms', 'poll: 200ms, confirm: 1s')
  writeFileSync(
    file,
    limited.replace(
      'slots: 3 }',
      `slots: 3, timeout: 3s, env: { KEY: "\${LIMITED_KEY}", PLAIN: word } }`,
    ),
  )
  const env = { LIMITED_KEY: 'hush-hush' }
  const up = binary.start(['up'], { cwd: dir, env })
  const pidFile = join(dir, 'pid')
  await json(
    'add',
    'lasting',
    '--run',
    `echo $$ >${pidFile}.new && mv ${pidFile}.new ${pidFile} && exec sleep 600`,
  )
  await until(() => existsSync(pidFile), up.ended, up.out)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  up.signal('SIGKILL')
  await up.ended
  writeFileSync(file, limited.replace('shell:', 'other:'))
  const next = binary.start(['up'], { cwd: dir })
  await until(
    async () => (await json('show', '1')).attempts[0].state === 'ended',
    next.ended,
    next.out,
  )
  expect((await json('show', '1')).attempts[0].class).toBe('timeout')
  expect(lives(pid)).toBe(false)
  next.signal('SIGTERM')
  await next.ended
  const kept =
    (await run('facts', '--json')).out + readFileSync(join(dir, '.midwatch/fleet.db'), 'latin1')
  expect(kept).toContain(`\${LIMITED_KEY}`)
  expect(kept).not.toMatch(/hush-hush/)
})

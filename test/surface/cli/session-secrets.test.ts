// What a session says of itself tells none of the secrets it was given, by whichever way its words go.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { useFleets } from './fleets.ts'

const here = useFleets()

test('a word tells none of the secrets that its session was given', async () => {
  const outbox = join(here.binary.folder('outbox'), 'box')
  const env = {
    MIDWATCH_FLEET: '/nowhere',
    MIDWATCH_TASK: '7',
    MIDWATCH_TOKEN: `mw_3_${'a'.repeat(48)}`,
    MIDWATCH_OUTBOX: outbox,
    MIDWATCH_SECRETS: 'LOGIN',
    DEPLOY_TOKEN: 'deploy-7712',
    LOGIN: 'from-a-file-31',
  }
  for (const word of ['progress', 'ask', 'done', 'fail'])
    await here.binary.run([word, 'as deploy-7712 and from-a-file-31'], { cwd: '/', env })
  const letters = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'))
  expect(letters).toHaveLength(4)
  for (const letter of letters) expect(JSON.parse(letter).text).toBe('as ••• and •••')
})

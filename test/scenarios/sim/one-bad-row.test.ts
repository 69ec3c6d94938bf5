// Incident 11: one bad row aborted the whole pass, silently. Here what cannot be looked at is told and put aside, and all others go on.

import { expect, test } from 'vitest'

import { hour, minute, work } from './language.ts'
import { watchedTown } from './watched.ts'

test('a row that makes its law throw keeps no other law from mending, and no task from its work (incident 11)', async () => {
  const watching = await watchedTown(
    {},
    work('w0', { kind: 'command', workMs: minute }),
    work('w1', { kind: 'command', atMs: hour, workMs: minute }),
  )
  const { town } = watching
  const mended: string[] = []
  let isWounded = true
  watching.answers({
    unreviewed: async () => {
      throw new SyntaxError('Unexpected token in JSON at position 0')
    },
    broken: async () =>
      isWounded ? [{ law: 'attempt-has-its-task', id: 1, what: 'works on another task' }] : [],
    mend: async ({ law, id }: { law: string; id: number }) => {
      mended.push(`${law} ${id}`)
      isWounded = false
      return { did: 'let go' }
    },
  } as never)
  await town.goOn(3 * hour)
  expect(mended).toEqual(['attempt-has-its-task 1'])
  expect(await town.world.store.counts()).toMatchObject({ done: 2 })
}, 60_000)

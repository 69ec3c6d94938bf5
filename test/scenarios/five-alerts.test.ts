// S1: a health alert was a task in the line that did not move, five times. Here the same problem told five times is one incident
// with its count, one mail, and one word of its end; and no task.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { noData } from '../../src/model/incident.ts'
import { setStage, type Stage, until } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage(
    "notify: {command: [sh, -c, 'cat >>mails; echo == >>mails']}\nlimits: {poll: 200ms}\n",
  )
})
afterEach(() => stage.strike())

const mails = () => {
  const path = join(stage.dir, 'mails')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

it('five alerts are one incident, one mail and one resolution', async () => {
  const { store, clock } = stage.fleet
  await stage.up()
  const data = { ...noData, needsPerson: true, release: 'it moves again' }
  const alert = () =>
    store.openIncident({ key: 'expect:started', title: 'nothing starts', data, now: clock.now() })
  await alert()
  await until('the first is told', async () => mails().includes('nothing starts'))
  for (let i = 0; i < 4; i++) await alert()
  const [incident, ...more] = await store.incidents({ openOnly: true, limit: 9 })
  expect([incident?.count, more]).toEqual([5, []])
  const resolve = () =>
    store.resolveIncident({ key: 'expect:started', by: 'it moves again', now: clock.now() })
  await resolve()
  await resolve()
  await until('its end is told', async () => mails().includes('over: nothing starts'))
  // A task that runs to its end behind it shows that nothing more was in the way to be told.
  const id = await stage.add('true')
  await until('a later task is done', async () => (await stage.task(id)).state === 'settled')
  expect(mails().match(/^==$/gm)).toHaveLength(2)
  expect(id).toBe(1)
}, 60_000)

// Many hosts as the API tells them: each with its own clock's distance, as it said at its last pulse.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

const distances = [null, 0, 340, -1_000, 12_300, -12_300, 600_000, -600_000] as const

test('every host tells how far its clock is from the database’s, and one that never said so tells nothing', async () => {
  const { store, clock } = scene.fleet
  const now = clock.now()
  for (const [i, behindMs] of distances.entries()) {
    const row = { name: `host-${i}`, bootId: 'b', pid: 100 + i, startTicks: null, running: true }
    await store.enterHost({ ...row, pulseAt: now, holderAlive: () => false, now })
    const told = behindMs === null ? {} : { behindMs }
    await store.pulseHost({ name: row.name, pid: row.pid, slots: i, ...told, now })
  }
  const said = async () =>
    ((await (await scene.ask('/api/hosts')).json()) as { hosts: Record<string, unknown>[] }).hosts
  expect((await said()).map((one) => [one['host'], one['clockBehindMs'], one['slots']])).toEqual(
    distances.map((behindMs, i) => [`host-${i}`, behindMs, i]),
  )
  // The newest pulse counts, and one that says nothing of the clock leaves what is known.
  await store.pulseHost({ name: 'host-4', pid: 104, behindMs: 20, now })
  await store.pulseHost({ name: 'host-6', pid: 106, now })
  const later = await said()
  expect([later[4]?.['clockBehindMs'], later[6]?.['clockBehindMs']]).toEqual([20, 600_000])
})

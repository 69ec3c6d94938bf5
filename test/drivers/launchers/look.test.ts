// What `doctor` is told of a launcher that cannot start sessions here: why, and what to do.

import { expect, it } from 'vitest'
import { whyNoLauncher } from '../../../src/drivers/launchers/look.ts'
import type { AskTool } from '../../../src/drivers/launchers/tool.ts'
import type { Launching } from '../../../src/model/launcher.ts'
import { containerBounds, sandboxBounds, systemdBounds } from './kinds.ts'

/** A machine on which every tool answers so. */
const saying =
  (code: number, out: string, err = ''): AskTool =>
  async () => ({ is: 'said', code, out, err })
const absent: AskTool = async () => ({ is: 'absent' })

const why = (launching: Launching, ask: AskTool) => whyNoLauncher(launching, {}, true, ask)

it('a tool that is not installed, or does not answer, is told with its remedy', async () => {
  const [systemd, container, sandbox] = [systemdBounds(), containerBounds(), sandboxBounds()]
  expect(await why(systemd.launching, saying(1, 'offline\n'))).toMatchObject({
    sentence: expect.stringContaining('does not answer: offline'),
    remedy: expect.stringContaining('kind: local'),
  })
  expect(await why(container.launching, absent)).toMatchObject({
    remedy: expect.stringContaining('podman'),
  })
  expect(await why(sandbox.launching, absent)).toMatchObject({
    sentence: expect.stringContaining('bubblewrap is not installed'),
  })
})

it('an image that may not be fetched and is not there is told', async () => {
  const ask: AskTool = async (_, [first = '']) =>
    first === 'image'
      ? { is: 'said', code: 1, out: '', err: 'Error: image not known' }
      : { is: 'said', code: 0, out: '4', err: '' }
  expect(await why(containerBounds({ pull: 'never' }).launching, ask)).toMatchObject({
    sentence: expect.stringContaining('is not on this host'),
  })
  expect(await why(containerBounds({ pull: 'missing' }).launching, ask)).toBeNull()
})

it.each([
  containerBounds({ mounts: [{ from: '/no/such/place', to: '/x', write: false }] }),
  systemdBounds({ writable: ['/no/such/place'] }),
  sandboxBounds({ readable: ['/no/such/place'] }),
])('a path that it names and that is not there is told: $launching.kind', async ({ launching }) => {
  expect(await why(launching, saying(0, 'running\n'))).toEqual({
    sentence: '/no/such/place is not there',
    remedy: expect.stringContaining('make it'),
  })
})

it('one that can start sessions is told by nothing', async () => {
  for (const { launching } of [containerBounds(), systemdBounds(), sandboxBounds()])
    expect(await why(launching, saying(0, 'running\n'))).toBeNull()
})

// Whether a folder can be worked in, asked off the loop: a folder on a dead server answers late or never. Many sessions that
// begin in one folder ask once. Only a good answer is remembered, and not for long: whoever starts a session in a folder
// that went away meanwhile is told so by the system.

import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'

import type { Clock } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import type { FolderState, Host } from './contract.ts'

const trustedMs = 100
/** More than the tasks of one moment have; who asks for more begins anew. */
const rememberedAtMost = 100

/** Answers the question, each folder once for all who ask in the same moment. */
export function folderAsker(clock: Pick<Clock, 'monotonicMs'>): Host['folder'] {
  const answers = new Map<string, { readonly state: Promise<FolderState>; goodAtMs: number }>()
  return (path) => {
    const known = answers.get(path)
    if (known !== undefined && clock.monotonicMs() - known.goodAtMs < trustedMs) return known.state
    if (answers.size >= rememberedAtMost) answers.clear()
    const asked = { state: folderState(path), goodAtMs: clock.monotonicMs() }
    answers.set(path, asked)
    void asked.state.then((state) => {
      if (state === 'ok') asked.goodAtMs = clock.monotonicMs()
      else if (answers.get(path) === asked) answers.delete(path)
    })
    return asked.state
  }
}

async function folderState(path: string): Promise<FolderState> {
  // One question where all is well: only a folder has a `.` in it.
  const isGood = await access(`${path}/.`, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (isGood) return 'ok'
  try {
    return (await stat(path)).isDirectory() ? 'no_access' : 'not_a_folder'
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return 'missing'
    return code === 'ENOTDIR' ? 'not_a_folder' : 'no_access'
  }
}

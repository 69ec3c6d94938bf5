// Whether a folder can be worked in, asked off the loop: a folder on a dead server answers late or never. All who ask
// while the answer is on its way share it; nothing is remembered.

import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'

import { systemCode } from '../../base/errors.ts'
import type { FolderState, Host } from './contract.ts'

/** Answers the question, each folder once for all who ask in the same moment. */
export function folderAsker(): Host['folder'] {
  const asked = new Map<string, Promise<FolderState>>()
  return (path) => {
    const known = asked.get(path)
    if (known !== undefined) return known
    const answer = folderState(path).finally(() => asked.delete(path))
    asked.set(path, answer)
    return answer
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

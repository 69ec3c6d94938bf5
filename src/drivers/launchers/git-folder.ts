// Where git keeps what a worktree shares with its repository: a session that may write to its folder alone could not commit.

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** The shared folder of the worktree at `cwd`, a whole path; null where the repository lies in `cwd` itself, or nowhere. */
export function sharedGitFolder(cwd: string): string | null {
  const own = /^gitdir: (.+)$/m.exec(textOf(resolve(cwd, '.git')) ?? '')?.[1]
  if (own === undefined) return null
  const gitDir = resolve(cwd, own.trim())
  const common = textOf(resolve(gitDir, 'commondir'))
  return common === null ? dirname(dirname(gitDir)) : resolve(gitDir, common.trim())
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // a folder, or not there
  }
}

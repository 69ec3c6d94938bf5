// What happened to the folders of tasks, as sentences.

import type { WorkspaceFact } from '../../../model/facts/workspaces.ts'
import { quiet, type Tellings, told } from '../telling.ts'

export const workspaceTellings: Tellings<WorkspaceFact['kind']> = {
  'workspace.made': quiet((f) => `works in ${f.path} on branch ${f.branch}`),
  'workspace.removed': quiet((f) => `worktree removed by ${f.by}: ${f.branch} is landed or empty`),
  'workspace.landed': told(
    'good',
    (f) => `${f.branch} landed in ${f.into} (${f.commit.slice(0, 8)}) by ${f.by}`,
  ),
}

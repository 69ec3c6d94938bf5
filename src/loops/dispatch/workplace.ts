// Where an attempt works: as its task says, else as its agent's sessions do.

import type { Workplace } from '../../drivers/workspaces/contract.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Task } from '../../model/task.ts'
import type { WorkspaceKind } from '../../model/workspace.ts'

export const workplaceOf = (
  { id, title, order }: Task,
  attempt: Pick<Attempt, 'id'>,
  usual: WorkspaceKind,
): Workplace => ({
  kind: order.workspace ?? usual,
  taskId: id,
  attemptId: attempt.id,
  title,
  cwd: order.cwd,
})

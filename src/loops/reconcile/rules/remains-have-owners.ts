// Folders of sessions and worktrees whose attempt or task is not there any more. A worktree that holds work is none of
// this rule's: it stays until a person lands or removes it. Only a sweep by hand looks.

import type { Rule } from '../law.ts'

export const foldersHaveAttempts: Rule = {
  name: 'folders-have-attempts',
  law: 'the folder of a session belongs to an attempt that is there',
  async find({ store, remains }) {
    const orphans: number[] = []
    for (const id of remains?.folders() ?? [])
      if ((await store.attempt(id)) === null) orphans.push(id)
    return orphans.map((id) => ({
      subject: `folder of attempt ${id}`,
      what: 'there is no such attempt',
      async mend() {
        await remains?.dropFolder(id)
        return 'removed'
      },
    }))
  },
}

export const worktreesHaveTasks: Rule = {
  name: 'worktrees-have-tasks',
  law: 'a worktree that holds nothing belongs to a task that is there',
  async find({ store, remains }) {
    const found = []
    for (const tree of (await remains?.worktrees()) ?? [])
      if ((await store.task(tree.taskId)) === null && (await tree.mayGo())) found.push(tree)
    return found.map(({ taskId, path, remove }) => ({
      subject: `worktree ${path}`,
      what: `there is no task ${taskId}, and it holds nothing`,
      mend: async () => ((await remove()) ? 'removed' : null),
    }))
  },
}

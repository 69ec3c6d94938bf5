// The drawer over the page: a task or an agent, by the number or name in the address. Escape closes it.

import { Dialog } from 'radix-ui'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import type { Over } from '../lib/over.ts'
import { AgentDrawer } from './agent-drawer.tsx'
import { TaskDrawer } from './task-drawer.tsx'

export function Drawers() {
  const { task, agent } = useSearch({ strict: false })
  const navigate = useNavigate()
  const close = () =>
    void navigate({
      to: '.',
      search: ({ task: _task, agent: _agent, ...rest }: Over) => rest,
      replace: true,
    })
  if (task !== undefined)
    return (
      <Drawer label={`Task ${task}`} onClose={close}>
        <TaskDrawer key={task} id={task} />
      </Drawer>
    )
  if (agent !== undefined)
    return (
      <Drawer label={`Agent ${agent}`} onClose={close}>
        <AgentDrawer key={agent} name={agent} />
      </Drawer>
    )
  return null
}

function Drawer({
  label,
  onClose,
  children,
}: {
  label: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-30 flex w-[min(46rem,100vw)] flex-col overflow-y-auto border-l border-line bg-ground shadow-(--shadow)"
        >
          <div className="sticky top-0 z-10 flex items-center gap-3 border-b border-line bg-panel px-4 py-2.5">
            <Dialog.Title className="font-semibold">{label}</Dialog.Title>
            <Dialog.Close
              className="ml-auto rounded px-2 text-lg leading-6 text-soft hover:text-ink"
              aria-label="Close"
            >
              ×
            </Dialog.Close>
          </div>
          <div className="grid gap-4 p-4">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

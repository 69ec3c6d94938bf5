// A question in front of everything: focus stays in it, Escape leaves it.

import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

export function Modal({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          data-asks
          className="fixed left-1/2 top-[12dvh] z-50 grid max-h-[80dvh] w-[min(32rem,calc(100vw-1.5rem))] -translate-x-1/2 gap-3 overflow-auto rounded-xl border border-line bg-panel p-4 shadow-(--shadow)"
        >
          <Dialog.Title className="text-base font-semibold break-words">{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

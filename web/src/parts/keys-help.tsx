// Every key.

import { pages } from '../nav.ts'
import { Modal } from './modal.tsx'

const rows: readonly (readonly [string, string])[] = [
  ['?', 'these keys'],
  ['/', 'search'],
  ['j  k', 'down, up in a list'],
  ['Enter', 'look at it'],
  ['Esc', 'close'],
  ['1 … 9', 'remedy what needs you'],
  ...pages.map(({ key, name }) => [`g ${key}`, name] as const),
]

export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Modal title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[5rem_1fr] gap-y-1 sm:grid-cols-[5rem_1fr_5rem_1fr]">
        {rows.map(([key, does]) => (
          <div key={key} className="contents">
            <dt className="font-mono text-accent">{key}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}

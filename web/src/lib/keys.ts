// Keys without modifiers, one or two in a row. Never while somebody types; never instead of what Enter or Space does to the
// button or link that has the focus; and what stands below a drawer or a question hears none of them.

import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, () => void>>

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** The focused element has its own meaning for this key. */
const presses = (target: EventTarget | null, key: string): boolean =>
  (key === 'Enter' || key === ' ') &&
  target instanceof Element &&
  target.closest('button, a[href], summary, [role=tab]') !== null

/** What stands before the page: a drawer that somebody looks at, or a question that wants an answer. */
const before = () => document.querySelector('[role=dialog]')
const asks = () => document.querySelector('[role=dialog][data-asks]') !== null

/**
 * Calls what a key, or two in a row (`g t`), stands for. Keys of a page rest while anything stands before it; those that
 * lead `everywhere` do from a drawer, too.
 */
export function useKeys(map: KeyMap, active = true, everywhere = false): void {
  const current = useRef(map)
  current.current = map
  useEffect(() => {
    if (!active) return
    let last = ''
    let at = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (presses(event.target, event.key) || asks() || (!everywhere && before() !== null)) return
      const two = event.timeStamp - at < 1_500 ? `${last} ${event.key}` : ''
      const act = current.current[two] ?? current.current[event.key]
      last = event.key
      at = event.timeStamp
      if (act === undefined) return
      event.preventDefault()
      last = ''
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [active, everywhere])
}

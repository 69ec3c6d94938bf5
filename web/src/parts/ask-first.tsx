// What a deed would do, said before it is done; with a line of text where the deed wants one. What is refused stays open,
// with the sentence and the remedy.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

import { refreshAll } from '../lib/refresh.ts'
import { Act, Failed } from './basics.tsx'
import { Modal } from './modal.tsx'

export function AskFirst(props: {
  title: string
  word: string
  children: ReactNode
  /** The line to be typed; none is asked for when left out. */
  field?: { label: string; needed?: boolean; area?: boolean }
  danger?: boolean
  deed: (text: string) => Promise<unknown>
  onClose: () => void
}) {
  const { title, word, children, field, danger = false, deed, onClose } = props
  const [text, setText] = useState('')
  const client = useQueryClient()
  const done = useMutation({
    mutationFn: () => deed(text.trim()),
    onSuccess: () => {
      void refreshAll(client)
      onClose()
    },
  })
  const missing = field?.needed === true && text.trim() === ''
  return (
    <Modal title={title} onClose={onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!missing) done.mutate()
        }}
      >
        <div className="grid gap-2 break-words text-soft">{children}</div>
        {field && <Line {...field} text={text} onChange={setText} />}
        {done.error && <Failed error={done.error} />}
        <div className="flex justify-end gap-2">
          <Act onPress={onClose}>Leave it</Act>
          <Act
            strong={!danger}
            danger={danger}
            onPress={() => done.mutate()}
            busy={done.isPending}
            why={
              missing ? { sentence: `${field?.label ?? 'it'} is empty`, release: 'say it' } : null
            }
          >
            {word}
          </Act>
        </div>
      </form>
    </Modal>
  )
}

function Line(props: {
  label: string
  area?: boolean
  text: string
  onChange: (text: string) => void
}) {
  const { label, area = false, text, onChange } = props
  const look = 'rounded-md border border-line bg-ground px-2 py-1.5'
  if (area)
    return (
      <label className="grid gap-1">
        <span className="text-xs text-soft">{label}</span>
        <textarea
          rows={4}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          className={look}
        />
      </label>
    )
  return (
    <label className="grid gap-1">
      <span className="text-xs text-soft">{label}</span>
      <input value={text} onChange={(event) => onChange(event.target.value)} className={look} />
    </label>
  )
}

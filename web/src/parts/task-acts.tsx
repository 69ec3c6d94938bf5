// What may be done about a task now, by the same table that the API refuses by.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { Act, Failed } from './basics.tsx'
import { Modal } from './modal.tsx'

type Shown = Answer<'showTask'>
type Deed = 'hold' | 'ask' | 'raise' | 'cancel' | 'done' | 'fail'

const deeds: Readonly<Record<Deed, { word: string; does: string; field: string; text: string }>> = {
  hold: {
    word: 'Hold',
    does: 'It waits until then, and goes on by itself.',
    field: 'Until',
    text: '2h',
  },
  ask: {
    word: 'Ask',
    does: 'It waits until somebody answers; the answer stands in the next attempt’s order.',
    field: 'Question',
    text: '',
  },
  raise: {
    word: 'Raise',
    does: 'Higher goes first; each step is worth ten minutes of waiting.',
    field: 'Priority',
    text: '10',
  },
  cancel: {
    word: 'Cancel',
    does: 'It is settled as cancelled, for good. A running session is stopped.',
    field: 'Why',
    text: '',
  },
  done: { word: 'Call done', does: 'You settle it as done, unverified.', field: 'Why', text: '' },
  fail: { word: 'Call failed', does: 'You settle it as failed.', field: 'Why', text: '' },
}

export function TaskActs({ task, can }: { task: Shown['task']; can: Shown['can'] }) {
  const [deed, setDeed] = useState<Deed | null>(null)
  const client = useQueryClient()
  const navigate = useNavigate()
  const again = useMutation({
    mutationFn: () => call('againTask', { id: task.id }),
    onSuccess: ({ task: made }) => {
      void refreshAll(client)
      void navigate({ to: '.', search: { task: made.id } })
    },
  })
  const release = useMutation({
    mutationFn: () => call('releaseTask', { id: task.id }),
    onSuccess: () => refreshAll(client),
  })
  const error = again.error ?? release.error
  return (
    <div>
      <div className="flex flex-wrap gap-2">
        <Act onPress={() => setDeed('hold')} why={can['hold']}>
          Hold
        </Act>
        <Act onPress={() => setDeed('ask')} why={can['hold']}>
          Ask
        </Act>
        <Act onPress={() => release.mutate()} why={can['release']} busy={release.isPending}>
          Release
        </Act>
        <Act onPress={() => setDeed('raise')} why={can['edit']}>
          Raise
        </Act>
        <Act onPress={() => again.mutate()} why={can['again']} busy={again.isPending}>
          Do again
        </Act>
        <Act onPress={() => setDeed('done')} why={can['done']}>
          Call done
        </Act>
        <Act onPress={() => setDeed('fail')} why={can['fail']}>
          Call failed
        </Act>
        <Act onPress={() => setDeed('cancel')} why={can['cancel']} danger>
          Cancel
        </Act>
      </div>
      {error && <Failed error={error} />}
      {deed && <DeedDialog deed={deed} task={task} onClose={() => setDeed(null)} />}
    </div>
  )
}

function DeedDialog({
  deed,
  task,
  onClose,
}: {
  deed: Deed
  task: Shown['task']
  onClose: () => void
}) {
  const { word, does, field, text } = deeds[deed]
  const [value, setValue] = useState(deed === 'raise' ? String(task.priority + 10) : text)
  const client = useQueryClient()
  const done = useMutation({
    mutationFn: () => perform(deed, task.id, value.trim()),
    onSuccess: () => {
      void refreshAll(client)
      onClose()
    },
  })
  return (
    <Modal title={`${word}: ${task.title}`} onClose={onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          done.mutate()
        }}
      >
        <p className="text-soft">{does}</p>
        <label className="grid gap-1">
          <span className="text-xs text-soft">{field}</span>
          <input
            value={value}
            onChange={(event) => setValue(event.target.value)}
            className="rounded-md border border-line bg-ground px-2 py-1.5"
          />
        </label>
        {done.error && <Failed error={done.error} />}
        <div className="flex justify-end gap-2">
          <Act onPress={onClose}>Leave it</Act>
          <Act strong onPress={() => done.mutate()} busy={done.isPending}>
            {word}
          </Act>
        </div>
      </form>
    </Modal>
  )
}

function perform(deed: Deed, id: number, value: string): Promise<unknown> {
  switch (deed) {
    case 'hold':
      return call('holdTask', { id, until: value })
    case 'ask':
      return call('holdTask', { id, ask: value })
    case 'raise':
      return call('editTask', { id, priority: Number(value) })
    case 'cancel':
      return call('cancelTask', { id, ...(value !== '' && { reason: value }) })
    case 'done':
      return call('sayDone', { id, ...(value !== '' && { text: value }) })
    case 'fail':
      return call('sayFail', { id, text: value })
  }
}

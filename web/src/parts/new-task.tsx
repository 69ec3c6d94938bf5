// Wanting something done, from the page. What intake refuses is told with its remedy, and nothing is lost of what was typed.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { Over } from '../lib/over.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { Act, Failed } from './basics.tsx'
import { Modal } from './modal.tsx'

const field = 'rounded-md border border-line bg-ground px-2 py-1.5'

export function NewTask({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState('')
  const [kind, setKind] = useState<Kind>('run')
  const [text, setText] = useState('')
  const [agent, setAgent] = useState('')
  const [verify, setVerify] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const add = useMutation({
    mutationFn: () =>
      call('addTask', {
        title,
        [kind]: text,
        ...(agent !== '' && { agent }),
        ...(verify.trim() !== '' && { verify }),
      }),
    onSuccess: ({ task }) => {
      void refreshAll(client)
      onClose()
      void navigate({ to: '.', search: (old: Over) => ({ ...old, task: task.id }) })
    },
  })
  return (
    <Modal title="New task" onClose={onClose}>
      <label className="grid gap-1">
        <span className="text-xs text-soft">Title</span>
        <input className={field} value={title} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <Kinds kind={kind} onChange={setKind} />
      <label className="grid gap-1">
        <span className="text-xs text-soft">{kind === 'run' ? 'Command' : 'Prompt'}</span>
        <textarea
          rows={5}
          className={`${field} font-mono text-xs`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="grid gap-3 sm:grid-cols-2">
        <Who agent={agent} onChange={setAgent} />
        <label className="grid gap-1">
          <span className="text-xs text-soft">Check (decides whether it is done)</span>
          <input
            className={`${field} font-mono text-xs`}
            value={verify}
            onChange={(event) => setVerify(event.target.value)}
          />
        </label>
      </div>
      {add.error && <Failed error={add.error} />}
      <div className="flex justify-end gap-2">
        <Act onPress={onClose}>Leave it</Act>
        <Act strong onPress={() => add.mutate()} busy={add.isPending}>
          Want it
        </Act>
      </div>
    </Modal>
  )
}

type Kind = 'run' | 'prompt'

function Kinds({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  return (
    <fieldset className="flex gap-4">
      <legend className="sr-only">Order</legend>
      {(['run', 'prompt'] as const).map((one) => (
        <label key={one} className="flex items-center gap-1.5">
          <input type="radio" checked={kind === one} onChange={() => onChange(one)} />
          {one === 'run' ? 'a command' : 'a prompt'}
        </label>
      ))}
    </fieldset>
  )
}

function Who({ agent, onChange }: { agent: string; onChange: (agent: string) => void }) {
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => call('listAgents', {}, signal),
  })
  return (
    <label className="grid gap-1">
      <span className="text-xs text-soft">Who</span>
      <select className={field} value={agent} onChange={(event) => onChange(event.target.value)}>
        <option value="">whoever fits</option>
        {agents.data?.agents.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}

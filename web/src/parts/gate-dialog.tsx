// Before a gate is changed: what is so now, what would be, and how much is under way there. Then a reason, and the deed.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { humane, useNow } from '../lib/time.ts'
import { Act, Chip, Failed } from './basics.tsx'
import { gateTone } from './icon-state.tsx'
import { Modal } from './modal.tsx'

export type GateAct = 'reset' | 'resume' | 'pause' | 'drain' | 'probe' | 'pin'

const acts = {
  reset: {
    name: 'resetGate',
    word: 'Reset',
    does: 'What failed until now is over. A lane that failed comes back slowly: one attempt, two, four, then freely. Tasks that rest because they failed there go on.',
  },
  resume: { name: 'resumeGate', word: 'Resume', does: 'What a person pinned is undone.' },
  pause: {
    name: 'pauseGate',
    word: 'Pause',
    does: 'Nothing new passes until somebody resumes it. What runs goes on.',
  },
  drain: {
    name: 'drainGate',
    word: 'Drain',
    does: 'Nothing new passes; what runs goes on to its end.',
  },
  pin: { name: 'pinGate', word: 'Pin', does: 'Nothing passes until somebody resets it.' },
  probe: {
    name: 'probeGate',
    word: 'Probe now',
    does: 'The next attempt goes alone as a canary, without waiting for the stated time.',
  },
} as const

export function GateDialog({
  act,
  lane,
  onClose,
}: {
  act: GateAct
  lane: string
  onClose: () => void
}) {
  const { name, word, does } = acts[act]
  const [reason, setReason] = useState('')
  const client = useQueryClient()
  const preview = useQuery({
    queryKey: ['preview', act, lane],
    queryFn: () => call(name, { lane, preview: 'true' } as never),
    gcTime: 0,
  })
  const deed = useMutation({
    mutationFn: () => call(name, { lane, ...(reason.trim() !== '' && { reason }) } as never),
    onSuccess: () => {
      void refreshAll(client)
      onClose()
    },
  })
  return (
    <Modal title={`${word} ${lane}`} onClose={onClose}>
      <p className="text-soft">{does}</p>
      {preview.error && <Failed error={preview.error} />}
      {preview.data && <Becomes {...preview.data} />}
      <label className="grid gap-1">
        <span className="text-xs text-soft">Why (stands with it as a fact)</span>
        <input
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className="rounded-md border border-line bg-ground px-2 py-1.5"
          placeholder="the provider is back"
        />
      </label>
      {deed.error && <Failed error={deed.error} />}
      <div className="flex justify-end gap-2">
        <Act onPress={onClose}>Leave it</Act>
        <Act
          strong
          onPress={() => deed.mutate()}
          busy={deed.isPending}
          why={preview.error ? { sentence: preview.error.message, release: '' } : null}
        >
          {word}
        </Act>
      </div>
    </Modal>
  )
}

/** What is so now, what would be, and what goes on. */
function Becomes({ gates, was, left }: Pick<Answer<'resetGate'>, 'gates' | 'was' | 'left'>) {
  const now = useNow()
  return (
    <ul className="rounded-md bg-sunken px-3 py-2">
      {gates.map((gate, i) => (
        <li key={gate.lane}>
          <Chip tone={gateTone(was[i]?.state ?? '')}>{was[i]?.state}</Chip>
          <span className="px-2 text-faint">becomes</span>
          <Chip tone={gateTone(gate.state)}>{gate.state}</Chip>
          {gate.state !== 'passing' && (
            <span className="ml-2 text-xs text-soft">{humane(gate.release, now)}</span>
          )}
        </li>
      ))}
      <li className="mt-1 text-xs text-soft">
        {left === 0 ? 'Nothing is under way there.' : `${left} under way there go on.`}
      </li>
    </ul>
  )
}

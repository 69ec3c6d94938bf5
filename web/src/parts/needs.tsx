// What waits for a person, each with the key that remedies it. Whatever a key would do is shown before it is done.

import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { useKeys } from '../lib/keys.ts'
import { capital, humane, useNow } from '../lib/time.ts'
import { Section, When } from './basics.tsx'
import { AnswerDialog } from './answer-dialog.tsx'
import { GateDialog, type GateAct } from './gate-dialog.tsx'

type Need = Answer<'inbox'>['needs'][number]

const words: Readonly<Record<Need['act'], string>> = {
  reset: 'Reset',
  resume: 'Resume',
  release: 'Look',
  answer: 'Answer',
  look: 'Look',
}

export function Needs({ needs }: { needs: readonly Need[] }) {
  const now = useNow()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<{ act: GateAct; lane: string } | null>(null)
  const remedy = (need: Need) => {
    if (need.act === 'answer' && need.hold !== null) return setAnswering(need)
    if (need.lane !== null && (need.act === 'reset' || need.act === 'resume'))
      setAsking({ act: need.act, lane: need.lane })
    else if (need.task !== null) void navigate({ to: '.', search: { task: need.task } })
    else void navigate({ to: need.kind === 'dispatcher' ? '/hosts' : '/incidents', search: {} })
  }
  const [answering, setAnswering] = useState<Need | null>(null)
  const keys = Object.fromEntries(
    needs.slice(0, 9).map((need, i) => [String(i + 1), () => remedy(need)]),
  )
  useKeys(keys, asking === null && answering === null)
  if (needs.length === 0) return null
  return (
    <Section title="Needs you" aside="press the number">
      <ol className="divide-y divide-line">
        {needs.map((need, i) => (
          <li key={`${need.kind} ${need.title}`} className="flex items-start gap-3 px-3 py-2">
            <kbd className="mt-0.5 rounded border border-line px-1.5 font-mono text-xs text-soft">
              {i + 1}
            </kbd>
            <div className="min-w-0 flex-1">
              <p className="font-medium break-words">{capital(need.title)}</p>
              <p className="text-xs text-soft">
                {need.since && (
                  <>
                    <When iso={need.since} now={now} />
                    {' · '}
                  </>
                )}
                {humane(need.remedy, now)}
              </p>
            </div>
            <button
              type="button"
              onClick={() => remedy(need)}
              className="shrink-0 rounded-md border border-line px-2.5 py-1 text-sm font-medium hover:bg-sunken"
            >
              {words[need.act]}
            </button>
          </li>
        ))}
      </ol>
      {answering?.hold && (
        <AnswerDialog
          hold={answering.hold}
          question={answering.title}
          onClose={() => setAnswering(null)}
        />
      )}
      {asking && <GateDialog {...asking} onClose={() => setAsking(null)} />}
    </Section>
  )
}

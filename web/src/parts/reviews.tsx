// Work that waits for a judgement, and what was decided about it. A person may decide in place of a reviewing agent, once.

import { useState } from 'react'
import { Link } from '@tanstack/react-router'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { useNow } from '../lib/time.ts'
import { AskFirst } from './ask-first.tsx'
import { Act, Chip, type Tone, When } from './basics.tsx'

type Review = Answer<'listReviews'>['reviews'][number]
type Decision = NonNullable<Review['decision']>

const tones: Readonly<Record<Decision, Tone>> = {
  approve: 'good',
  changes: 'waiting',
  reject: 'bad',
}

const deeds: Readonly<Record<Decision, { word: string; does: string; needed: boolean }>> = {
  approve: {
    word: 'Approve',
    does: 'The work counts as done: its task is settled, for good.',
    needed: false,
  },
  changes: {
    word: 'Ask for changes',
    does: 'The task goes back to an agent, which is told your words. It costs the task nothing.',
    needed: true,
  },
  reject: {
    word: 'Reject',
    does: 'It should not be done at all: its task is settled as failed, for good.',
    needed: true,
  },
}

export function ReviewLine({ one, title }: { one: Review; title?: string }) {
  const now = useNow()
  const [deciding, setDeciding] = useState<Decision | null>(null)
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Chip tone={one.decision === null ? 'waiting' : tones[one.decision]}>
          {one.decision ?? 'undecided'}
        </Chip>
        {title !== undefined && (
          <Link to="." search={{ task: one.judged }} className="font-medium hover:underline">
            <span className="text-faint">{one.judged}</span> {title}
          </Link>
        )}
        <span className="text-soft">
          made by {one.maker}
          {one.verified && ', its check said yes'}, offered <When iso={one.offeredAt} now={now} />{' '}
          as{' '}
          <Link to="." search={{ task: one.task }} className="underline">
            task {one.task}
          </Link>
        </span>
        {one.decision === null && (
          <span className="ml-auto flex flex-wrap gap-1.5">
            <Act strong onPress={() => setDeciding('approve')}>
              Approve
            </Act>
            <Act onPress={() => setDeciding('changes')}>Changes</Act>
            <Act danger onPress={() => setDeciding('reject')}>
              Reject
            </Act>
          </span>
        )}
      </div>
      {one.decision !== null && (
        <p className="mt-1 break-words whitespace-pre-wrap text-soft">
          {one.text !== '' && `${one.text} `}
          <span className="text-xs text-faint">
            {one.decidedBy}
            {one.decidedAt && (
              <>
                , <When iso={one.decidedAt} now={now} />
              </>
            )}
          </span>
        </p>
      )}
      {deciding && (
        <AskFirst
          title={`${deeds[deciding].word}: task ${one.judged}`}
          word={deeds[deciding].word}
          danger={deciding === 'reject'}
          field={{
            label: deciding === 'approve' ? 'What it rests on' : 'What, or why',
            needed: deeds[deciding].needed,
            area: true,
          }}
          deed={(text) => call('decideReview', { id: one.task, decision: deciding, text })}
          onClose={() => setDeciding(null)}
        >
          <p>{deeds[deciding].does}</p>
        </AskFirst>
      )}
    </li>
  )
}

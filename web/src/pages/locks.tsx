// Who keeps whom out: locks with their holders and times, and work that is claimed or done for good.

import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { useNow } from '../lib/time.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Act, Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'
import { More } from '../parts/more.tsx'

type Lock = Answer<'listLocks'>['locks'][number]
type Work = Answer<'listWork'>['works'][number]

export function Locks() {
  return (
    <div className="mx-auto max-w-7xl space-y-4">
      <PageHead
        title="Locks and work keys"
        note="a lock is released or expires; a completed key stays so"
      />
      <LockList />
      <WorkList />
    </div>
  )
}

function LockList() {
  const [freeing, setFreeing] = useState<Lock | null>(null)
  const locks = usePaged({
    queryKey: ['keys', 'locks'],
    ask: (after, signal) =>
      call('listLocks', after === undefined ? {} : { after: String(after) }, signal),
    rowsOf: (page) => page.locks,
    refetchInterval: 15_000,
  })
  return (
    <Section title="Locks">
      <Got of={locks}>
        {(all) =>
          all.length === 0 ? (
            <Empty>Nobody holds a lock.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <LockLine key={one.name} one={one} onFree={() => setFreeing(one)} />
              ))}
            </ul>
          )
        }
      </Got>
      <More of={locks.more} />
      {freeing && (
        <AskFirst
          title={`Free ${freeing.name}`}
          word="Free it"
          danger
          deed={() => call('releaseLock', { name: freeing.name, force: true })}
          onClose={() => setFreeing(null)}
        >
          <p>
            {freeing.holder} holds it. Whoever takes it next works beside that one, if it still
            lives: look first. What it does under its old epoch is refused.
          </p>
        </AskFirst>
      )}
    </Section>
  )
}

function LockLine({ one, onFree }: { one: Lock; onFree: () => void }) {
  const now = useNow()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <span className="min-w-40 font-mono break-all">{one.name}</span>
      <span className="min-w-0 flex-1 basis-48 text-soft">
        {one.holder}, since <When iso={one.since} now={now} />
        {one.until ? (
          <>
            , over <When iso={one.until} now={now} />
          </>
        ) : (
          ', until its attempt ends'
        )}
      </span>
      <span className="text-xs text-faint">epoch {one.epoch}</span>
      <Act onPress={onFree} danger>
        Free
      </Act>
    </li>
  )
}

function WorkList() {
  const [forgetting, setForgetting] = useState<Work | null>(null)
  const works = usePaged({
    queryKey: ['keys', 'work'],
    ask: (after, signal) =>
      call('listWork', after === undefined ? {} : { after: String(after) }, signal),
    rowsOf: (page) => page.works,
    refetchInterval: 15_000,
  })
  return (
    <Section title="Work keys">
      <Got of={works}>
        {(all) =>
          all.length === 0 ? (
            <Empty>No work is claimed or completed.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <WorkLine key={one.key} one={one} onForget={() => setForgetting(one)} />
              ))}
            </ul>
          )
        }
      </Got>
      <More of={works.more} />
      {forgetting && (
        <AskFirst
          title={`Forget ${forgetting.key}`}
          word="Forget it"
          danger
          deed={() => call('forgetWork', { key: forgetting.key })}
          onClose={() => setForgetting(null)}
        >
          <p>
            It is {forgetting.state} by {forgetting.holder}. Forgotten, it is free: whoever comes
            next does it {forgetting.state === 'completed' ? 'once more' : 'beside the one at work'}
            .
          </p>
        </AskFirst>
      )}
    </Section>
  )
}

function WorkLine({ one, onForget }: { one: Work; onForget: () => void }) {
  const now = useNow()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <span className="w-24">
        <Chip tone={one.state === 'completed' ? 'good' : 'moving'}>{one.state}</Chip>
      </span>
      <span className="min-w-40 font-mono break-all">{one.key}</span>
      <span className="min-w-0 flex-1 basis-48 text-soft">
        {one.holder}
        {one.task !== null && (
          <>
            , for{' '}
            <Link to="." search={{ task: one.task }} className="underline">
              task {one.task}
            </Link>
          </>
        )}
        , <When iso={one.since} now={now} />
        {one.until && (
          <>
            , free again <When iso={one.until} now={now} />
          </>
        )}
        {one.note !== '' && `: ${one.note}`}
      </span>
      <Act onPress={onForget} danger>
        Forget
      </Act>
    </li>
  )
}

// Accounts: who uses which, how each fares, and a person's choice among them, which outranks the automatic one for a time.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { full, humane, useNow } from '../lib/time.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Act, Chip, Empty, Failed, Got, PageHead } from '../parts/basics.tsx'
import { type GateAct, GateDialog } from '../parts/gate-dialog.tsx'
import { gateTone } from '../parts/icon-state.tsx'

type Account = Answer<'listAccounts'>['accounts'][number]

export function Accounts() {
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => call('listAccounts', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Accounts" note="agents take the first of theirs that works" />
      <Got of={accounts} rows={4}>
        {({ accounts: all }) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>No agent drives a client that has an account.</Empty>
            </div>
          ) : (
            <ul className="grid gap-3">
              {all.map((one) => (
                <Entry key={one.account} one={one} />
              ))}
            </ul>
          )
        }
      </Got>
    </div>
  )
}

function Entry({ one }: { one: Account }) {
  const now = useNow()
  const client = useQueryClient()
  const [asking, setAsking] = useState<GateAct | null>(null)
  const [choosing, setChoosing] = useState(false)
  const undo = useMutation({
    mutationFn: (agent: string) => call('resetAccounts', { agent }),
    onSuccess: () => refreshAll(client),
  })
  const { gate } = one
  const act: GateAct = gate.state === 'passing' ? 'pause' : gate.by === null ? 'probe' : 'reset'
  const words = { pause: 'Pause', probe: 'Probe now', reset: 'Reset' } as const
  return (
    <li className="panel px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <Chip tone={gateTone(gate.state)}>{gate.state}</Chip>
        <h2 className="min-w-0 font-semibold">{one.account}</h2>
        <span className="text-soft">
          used by{' '}
          {one.agents.map((agent, i) => (
            <span key={agent}>
              {i > 0 && ', '}
              <Link to="." search={{ agent }} className="underline">
                {agent}
              </Link>
            </span>
          ))}
        </span>
        <span className="ml-auto flex gap-1.5">
          <Act onPress={() => setChoosing(true)}>Use this one</Act>
          {act in words && (
            <Act onPress={() => setAsking(act)} strong={act === 'reset'}>
              {words[act as keyof typeof words]}
            </Act>
          )}
        </span>
      </div>
      {gate.state !== 'passing' && (
        <p className="mt-1 text-soft">
          {gate.reason} · {humane(gate.release, now)}
        </p>
      )}
      {one.chosen.map((choice) => (
        <p key={choice.agent} className="mt-1 flex flex-wrap items-center gap-2 text-soft">
          <span>
            {choice.agent} uses it and no other until {full(choice.until)}: {choice.reason} (
            {choice.by})
          </span>
          <Act onPress={() => undo.mutate(choice.agent)} busy={undo.isPending}>
            End this choice
          </Act>
        </p>
      ))}
      {undo.error && <Failed error={undo.error} />}
      {asking && <GateDialog act={asking} lane={gate.lane} onClose={() => setAsking(null)} />}
      {choosing && <Choose one={one} onClose={() => setChoosing(false)} />}
    </li>
  )
}

function Choose({ one, onClose }: { one: Account; onClose: () => void }) {
  return (
    <AskFirst
      title={`Use ${one.account}`}
      word="Use it"
      field={{ label: 'Why (stands with it as a fact)' }}
      deed={(reason) =>
        call('useAccount', { account: one.account, ...(reason !== '' && { reason }) })
      }
      onClose={onClose}
    >
      <p>
        For eight hours {one.agents.join(', ')} {one.agents.length === 1 ? 'takes' : 'take'} this
        account and no other; then the first that works is taken again.
        {one.gate.state !== 'passing' && ' Its gate is not passing now: until then tasks wait.'}
      </p>
    </AskFirst>
  )
}

// Whatever moves work by itself: how often it fired, had something to do, and moved it. On several hosts each mechanism is one
// line that sums them and names those where it is stuck; the hosts stand below it for who wants to see them.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { useNow } from '../lib/time.ts'
import { Chip, Empty, Got, Section, When } from './basics.tsx'
import { Spark, type Steps } from './spark.tsx'

type Line = Answer<'listMechanisms'>['mechanisms'][number]
type StepsOf = (name: string, hosts: readonly string[]) => Steps | undefined

export function Mechanisms() {
  const mechanisms = useQuery({
    queryKey: ['mechanisms'],
    queryFn: ({ signal }) => call('listMechanisms', {}, signal),
    refetchInterval: 5_000,
  })
  const steps = useQuery({
    queryKey: ['mechanisms', 'steps'],
    queryFn: ({ signal }) => call('mechanismSteps', {}, signal),
    refetchInterval: 20_000,
  })
  const stepsOf: StepsOf = (name, hosts) =>
    summed(steps.data?.mechanisms.filter((one) => one.name === name && hosts.includes(one.host)))
  return (
    <Section
      title="What moves by itself"
      aside="a timer that fired is no proof that anything moved"
    >
      <Got of={mechanisms}>
        {({ mechanisms: all }) =>
          all.length === 0 ? (
            <Empty>Nothing has told of itself yet.</Empty>
          ) : (
            <Table all={all} stepsOf={stepsOf} />
          )
        }
      </Got>
    </Section>
  )
}

const heads = ['mechanism', 'fired', 'had to do', 'moved', 'waits', 'last moved', 'last hour']

function Table({ all, stepsOf }: { all: readonly Line[]; stepsOf: StepsOf }) {
  const now = useNow(5_000)
  const [open, setOpen] = useState<string | null>(null)
  const names = [...new Set(all.map(({ name }) => name))]
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Mechanisms">
      <table className="w-full min-w-160 text-left">
        <thead className="text-xs text-faint">
          <tr>
            {heads.map((head) => (
              <th key={head} className="px-3 py-1.5 font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.flatMap((name) => {
            const lines = all.filter((one) => one.name === name)
            const whole = (
              <Row key={name} lines={lines} now={now} steps={stepsOf} onOpen={setOpen} />
            )
            if (open !== name || lines.length === 1) return [whole]
            const each = lines.map((one) => (
              <Row key={`${name} ${one.host}`} lines={[one]} now={now} steps={stepsOf} below />
            ))
            return [whole, ...each]
          })}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly lines: readonly Line[]
  readonly now: number
  readonly steps: StepsOf
  readonly below?: boolean
  readonly onOpen?: (change: (open: string | null) => string | null) => void
}

/** One mechanism on one host, or on all of them together. */
function Row({ lines, now, steps, below = false, onOpen }: RowProps) {
  const [first] = lines
  if (first === undefined) return null
  const { name } = first
  const sum = (of: (line: Line) => number) =>
    lines.reduce((all, line) => all + of(line), 0).toLocaleString('en')
  const movedAt = lines
    .flatMap(({ lastMovedAt }) => lastMovedAt ?? [])
    .toSorted()
    .at(-1)
  const stuck = lines.filter((line) => line.stuck)
  const flip = () => onOpen?.((open) => (open === name ? null : name))
  return (
    <tr className={`border-t border-line align-top ${below ? 'bg-sunken' : ''}`}>
      <td className={`py-1.5 pr-3 ${below ? 'pl-8' : 'pl-3'}`}>
        {!below && <span className="font-medium">{name}</span>}{' '}
        {lines.length > 1 ? (
          <button type="button" className="min-h-[24px] text-xs text-soft underline" onClick={flip}>
            {lines.length} hosts
          </button>
        ) : (
          <span className="text-xs text-faint">{first.host}</span>
        )}
        {stuck.length > 0 && (
          <Chip tone="bad">
            stuck{lines.length > 1 && ` on ${stuck.map(({ host }) => host).join(', ')}`}
          </Chip>
        )}
        <span className="block text-xs text-soft">
          {(lines.length > 1 ? stuck[0]?.note : first.note) ?? first.does}
        </span>
      </td>
      <td className="px-3 py-1.5">{sum(({ fired }) => fired)}</td>
      <td className="px-3 py-1.5">{sum(({ had }) => had)}</td>
      <td className="px-3 py-1.5">{sum(({ moved }) => moved)}</td>
      <td className="px-3 py-1.5">{sum(({ waiting }) => waiting)}</td>
      <td className="px-3 py-1.5 text-soft">
        {movedAt ? <When iso={movedAt} now={now} /> : 'never'}
      </td>
      <td className="px-3 py-1.5">
        <Spark
          of={steps(
            name,
            lines.map(({ host }) => host),
          )}
        />
      </td>
    </tr>
  )
}

/** Steps of several hosts as one; all of them end now. */
function summed(all: readonly Steps[] | undefined): Steps | undefined {
  const [first, ...rest] = all ?? []
  if (first === undefined || rest.length === 0) return first
  const part = (of: (one: Steps) => readonly number[]) =>
    of(first).map((n, i) => rest.reduce((sum, one) => sum + (of(one)[i] ?? 0), n))
  return {
    fired: part(({ fired }) => fired),
    had: part(({ had }) => had),
    moved: part(({ moved }) => moved),
  }
}

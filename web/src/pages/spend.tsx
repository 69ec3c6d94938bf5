// What may still be used, as a calendar of budgets and quotas with the part that is kept for people; and what was consumed, by
// agent and day, as far as the clients tell.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { Empty, Got, PageHead, Section } from '../parts/basics.tsx'
import { dollars, Periods } from '../parts/periods.tsx'

type Lines = Answer<'spendBy'>['lines']

const everyMs = 60_000
const hours = 14 * 24

export function Spend() {
  const quota = useQuery({
    queryKey: ['attempts', 'quota'],
    queryFn: ({ signal }) => call('quota', {}, signal),
    refetchInterval: everyMs,
  })
  const agents = useQuery({
    queryKey: ['attempts', 'spend', 'agent'],
    queryFn: ({ signal }) => call('spendBy', { by: 'agent', hours }, signal),
    refetchInterval: everyMs,
  })
  const days = useQuery({
    queryKey: ['attempts', 'spend', 'day'],
    queryFn: ({ signal }) => call('spendBy', { by: 'day', hours }, signal),
    refetchInterval: everyMs,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Spend and quota" />
      <div className="grid gap-4">
        <Section title="What may still be used" aside="until each is renewed">
          <Got of={quota}>
            {(report) => (
              <>
                {report.periods.length === 0 ? (
                  <Empty>
                    No cap is configured (`budget:` in midwatch.yaml sets one), and no client has
                    told of a quota.
                  </Empty>
                ) : (
                  <Periods periods={report.periods} />
                )}
                {report.exemptFrom !== null && (
                  <p className="border-t border-line px-3 py-1.5 text-xs text-soft">
                    Tasks of priority {report.exemptFrom} or higher start all the same.
                  </p>
                )}
              </>
            )}
          </Got>
        </Section>
        <Section title="By agent" aside="the last 14 days">
          <Got of={agents}>{({ lines }) => <Agents lines={lines} />}</Got>
        </Section>
        <Section title="By day" aside="by when an attempt began">
          <Got of={days}>{({ lines }) => <Days lines={lines} />}</Got>
        </Section>
      </div>
    </div>
  )
}

function Agents({ lines }: { lines: Lines }) {
  if (lines.length === 0) return <Empty>No attempt was made in these days.</Empty>
  return (
    <ul className="divide-y divide-line">
      {lines.map((one) => (
        <li key={one.name} className="flex flex-wrap gap-x-4 px-3 py-1.5">
          <Link
            to="."
            search={{ agent: one.name }}
            className="min-w-24 flex-1 font-medium hover:underline"
          >
            {one.name}
          </Link>
          <span className="w-20 text-right max-sm:w-auto max-sm:empty:hidden">
            {dollars(one.costUsd)}
          </span>
          <span className="w-28 text-right text-soft max-sm:w-auto max-sm:empty:hidden">
            {one.wastedUsd > 0 && `${dollars(one.wastedUsd)} in vain`}
          </span>
          <span className="w-32 text-right text-soft max-sm:w-auto max-sm:empty:hidden">
            {(one.inputTokens + one.outputTokens).toLocaleString('en')} tokens
          </span>
          <span className="w-28 text-right whitespace-nowrap text-soft max-sm:w-auto max-sm:empty:hidden">
            {one.attempts.toLocaleString('en')} {one.attempts === 1 ? 'attempt' : 'attempts'}
          </span>
        </li>
      ))}
    </ul>
  )
}

const tokensOf = ({ inputTokens, outputTokens }: Lines[number]) => inputTokens + outputTokens

function Days({ lines }: { lines: Lines }) {
  const most = Math.max(...lines.map(tokensOf), 1)
  const busy = lines.filter(({ attempts }) => attempts > 0)
  if (busy.length === 0) return <Empty>No attempt was made in these days.</Empty>
  return (
    <ul className="py-1">
      {busy
        .toSorted((a, b) => b.name.localeCompare(a.name))
        .map((one) => (
          <li
            key={one.name}
            className="grid grid-cols-[6rem_1fr_minmax(10rem,auto)] items-center gap-3 px-3 py-0.5"
          >
            <span className="text-soft">{one.name}</span>
            <span className="h-2 rounded-sm bg-sunken">
              <span
                className="block h-2 rounded-sm bg-accent"
                style={{ width: `${(tokensOf(one) / most) * 100}%` }}
              />
            </span>
            <span className="text-right text-soft">
              {dollars(one.costUsd)} {tokensOf(one).toLocaleString('en')} tokens,{' '}
              {one.attempts.toLocaleString('en')} {one.attempts === 1 ? 'try' : 'tries'}
            </span>
          </li>
        ))}
    </ul>
  )
}

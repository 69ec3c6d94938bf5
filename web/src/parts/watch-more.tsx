// What the home page adds to the first look: what waits, by class, and what today costs against what it may.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { call } from '../lib/api.ts'
import { useNow } from '../lib/time.ts'
import { Chip, Empty, Got, Section, When } from './basics.tsx'
import { Periods } from './periods.tsx'

export function Waiting() {
  const now = useNow(5_000)
  const holds = useQuery({
    queryKey: ['holds', 'classes'],
    queryFn: ({ signal }) => call('listHolds', { limit: 1 }, signal),
    refetchInterval: 15_000,
  })
  return (
    <Section
      title="Held, by class"
      aside={
        <Link to="/holds" search={{}}>
          all holds
        </Link>
      }
    >
      <Got of={holds} rows={2}>
        {({ classes }) =>
          classes.length === 0 ? (
            <Empty>No task is held.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {classes.map((one) => (
                <li key={one.class} className="flex items-baseline gap-2 px-3 py-1.5">
                  <span className="w-14 text-right font-semibold">
                    {one.waiting.toLocaleString('en')}
                  </span>
                  <span>{one.class}</span>
                  {one.flag !== null && <Chip tone="bad">nothing moves</Chip>}
                  {one.needPerson > 0 && (
                    <Chip tone="waiting">
                      {one.needPerson} {one.needPerson === 1 ? 'needs' : 'need'} a person
                    </Chip>
                  )}
                  <span className="ml-auto text-xs text-faint">
                    oldest <When iso={one.oldest} now={now} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Got>
    </Section>
  )
}

export function Money() {
  const now = useNow(60_000)
  const spend = useQuery({
    queryKey: ['attempts', 'today'],
    queryFn: ({ signal }) => call('spendBy', { by: 'day', hours: 24 }, signal),
    refetchInterval: 60_000,
  })
  const quota = useQuery({
    queryKey: ['attempts', 'quota'],
    queryFn: ({ signal }) => call('quota', {}, signal),
    refetchInterval: 60_000,
  })
  const zone = quota.data?.timeZone ?? undefined
  const day = new Date(now).toLocaleDateString('en-CA', zone ? { timeZone: zone } : {})
  const daily = quota.data?.periods.filter((one) => one.kind === 'quota' || one.period === 'day')
  return (
    <Section
      title="Spent today"
      aside={
        <Link to="/spend" search={{}}>
          all spending
        </Link>
      }
    >
      <Got of={spend} rows={2}>
        {({ lines }) => {
          const today = lines.find(({ name }) => name === day)
          const tokens = (today?.inputTokens ?? 0) + (today?.outputTokens ?? 0)
          return (
            <p className="px-3 py-2">
              <strong className="font-semibold">${(today?.costUsd ?? 0).toFixed(2)}</strong>{' '}
              <span className="text-soft">
                and {tokens.toLocaleString('en')} tokens in {today?.attempts ?? 0} attempts
                {daily?.length === 0 && '; no cap is configured'}
              </span>
            </p>
          )
        }}
      </Got>
      {daily !== undefined && daily.length > 0 && <Periods periods={daily} />}
    </Section>
  )
}

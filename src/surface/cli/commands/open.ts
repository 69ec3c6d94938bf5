// `midwatch open`: signs a browser in to the page through a one-time link. Whoever can read the fleet's files may; nobody
// types a password.

import { notFound } from '../../../base/errors.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

interface OpenOptions {
  print?: boolean
  viewer?: boolean
  renew?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .option('--print', 'only print the link, for another browser')
    .option('--viewer', 'may look and change nothing')
    .option('--renew', 'put everybody out first: every cookie, link and token ends')
    .addHelpText('after', '\nThe link is good once, for two minutes.\nJSON: {"url","link","role"}')
    .action(act(open))
}

async function open(call: Call<OpenOptions>): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const door = await call.world.door(fleet)
  if (call.options.renew === true) {
    door.renew()
    await fleet.clock.sleep(renewedMs) // the API looks once a second
  }
  const place = door.place()
  if (place === null)
    throw notFound(
      'open.no_page',
      'no dispatcher of this fleet serves its page on this host',
      'start one with `midwatch up`; `http: { listen: off }` in midwatch.yaml keeps it off',
    )
  const role = call.options.viewer === true ? 'viewer' : 'operator'
  const link = await door.link(place, { role, by })
  if (call.json) return call.print.json({ url: place.url, link, role })
  const shown = call.options.print !== true && (await door.show(link))
  if (shown) call.print.line(`The page is at ${place.url}`)
  else call.print.line(link)
}

const renewedMs = 1_100

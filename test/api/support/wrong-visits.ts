import type { Random } from '../../chaos/random.ts'
import { HARMLESS, mutatePath } from './mutate-line.ts'
import type { WireRequest } from './wire.ts'

/** A customer who is at the bank: what their link, their way back and their browser carry. */
export interface Traveller {
  readonly ticket: string
  readonly state: string
  readonly code: string
  /** As in `Cookie`. */
  readonly cookie: string
}

/** A visit of the public listener that must lead nowhere. */
export interface WrongVisit extends WireRequest {
  readonly how: string
}

/** Something else than the text, however it is read. */
function altered(text: string, random: Random): string {
  const at = Math.floor(random.next() * text.length)
  const other = text[at] === 'A' ? 'B' : 'A'
  return random.pick([
    `${text.slice(0, at)}${other}${text.slice(at + 1)}`,
    text.slice(0, -1),
    text.slice(1),
    `${text}${random.pick(['A', '=', '%00', '%0a', '%20', '.', '~', '%2f', '%c0%ae', ';a=b', "'", '%e2%80%8b'])}`,
    `%20${text}`,
    text.split('').reverse().join('').concat('x'),
    encodeURIComponent(Buffer.from(text).toString('base64')),
    `${text}${text}`,
    'A'.repeat(43),
    random.pick(['', '__proto__', 'null', '%2e%2e', '*', '%25', '%ff', 'x'.repeat(7_900), "'%20or%201=1--"]),
  ])
}

function callback(parameters: Record<string, string>): string {
  return `/callback?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`
}

type Maker = (own: Traveller, other: Traveller, random: Random) => Omit<WrongVisit, 'how'>

const get = (path: string, cookie: string | string[] | null = null) => ({
  method: 'GET',
  path,
  headers: cookie === null ? {} : { cookie },
})

const MAKERS: Readonly<Record<string, Maker>> = {
  'another ticket': ({ ticket, cookie }, _, random) => get(`/start/${altered(ticket, random)}`, cookie),
  'a state or a code for a ticket': ({ state, code }, _, random) =>
    get(`/start/${random.pick([state, code])}`),
  'another state': ({ state, code, cookie }, _, random) =>
    get(callback({ state: altered(state, random), code }), cookie),
  'a ticket for a state': ({ ticket, code, cookie }) => get(callback({ state: ticket, code }), cookie),
  'no cookie': ({ state, code }) => get(callback({ state, code })),
  'no cookie, and an error': ({ state }, _, random) =>
    get(callback({ state, error: random.pick(['access_denied', 'server_error', 'x', '%00']) })),
  "somebody else's cookie": ({ state, code }, { cookie }) => get(callback({ state, code }), cookie),
  "somebody else's cookie under the right name": ({ state, code, cookie }, other) =>
    get(callback({ state, code }), `${cookie.split('=')[0]}=${other.cookie.split('=')[1]}`),
  'another cookie': ({ state, code, cookie }, _, random) => {
    const [name = '', value = ''] = cookie.split('=')
    const other = value[20] === 'x' ? 'y' : 'x'
    const wrong = `${value.slice(0, 20)}${random.pick(['', other, '%00', '"', ' ', '\u00ff'])}${value.slice(21)}`
    return get(
      callback({ state, code }),
      random.pick([`${name}=${wrong}`, `x${name}=${value}`, `$Version=1; ${name}`]),
    )
  },
  'neither code nor error': ({ state, cookie }, _, random) =>
    get(
      callback({ state, [random.pick(['Code', 'code[]', 'codes', '__proto__[code]', 'iss'])]: 'x' }),
      cookie,
    ),
  'twice the same': ({ state, code, cookie }, other, random) => {
    const [name, value] = random.pick([
      ['state', other.state],
      ['code', other.code],
      ['error', 'a&error=b'],
    ])
    return get(`${callback({ state, code })}&${name}=${value}`, cookie)
  },
  'another method': ({ ticket, state, code, cookie }, _, random) => ({
    ...get(random.pick([`/start/${ticket}`, callback({ state, code })]), cookie),
    method: random.pick(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']),
  }),
  'another path': ({ ticket, state, code, cookie }, _, random) => {
    const way = random.pick([
      [`/start/${ticket}`, ''],
      ['/callback', callback({ state, code }).slice(9)],
    ])
    return get(`${mutatePath(way[0] ?? '', random)}${way[1]}`, cookie)
  },
}

export const VISIT_NAMES = Object.keys(MAKERS)

/** Makes a visit that must change nothing, of people who are on their way. */
export function wrongVisit(random: Random, travellers: readonly Traveller[]): WrongVisit {
  const [own, other] = random.shuffled(travellers)
  const how = random.pick(VISIT_NAMES)
  const maker = MAKERS[how]
  if (own === undefined || other === undefined || maker === undefined) throw new Error('nobody is on the way')
  const { headers, ...visit } = maker(own, other, random)
  const more = random.next() < 0.3 ? random.pick(HARMLESS) : {}
  return { how, ...visit, headers: { ...more, ...headers } }
}

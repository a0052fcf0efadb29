import { CALLER_ID, CALLER_ID_FORM } from '../core/caller.ts'
import { OperatorError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'
import { type Subscriber, WEBHOOK_TYPES, type WebhookType } from '../core/webhook.ts'
import type { Target } from './send.ts'

export interface KnownSubscriber extends Subscriber, Target {}

/** Says what is wrong with a URL as the settings judge it; null where nothing is. */
export type UrlProblem = (text: string) => string | null

const MOST_SUBSCRIBERS = 50
const MOST_SECRETS = 4
const MOST_OWNERS = 1_000
const MEMBERS = '"id", "url", "secret" or "secrets", "events" and "owners"'

/** Reads WEBHOOKS_FILE; raises `settings_invalid` naming the entry, never a secret nor a URL, which may hold one. */
export function parseSubscribers(json: string, urlProblem: UrlProblem): readonly KnownSubscriber[] {
  const value = tryParse(json)
  if (!Array.isArray(value) || value.length > MOST_SUBSCRIBERS) {
    throw invalid(`it must be a JSON array of at most ${MOST_SUBSCRIBERS} subscribers`)
  }
  const subscribers = value.map((entry, index) => toSubscriber(entry, index, urlProblem))
  const ids = subscribers.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw invalid(`the subscriber "${twice}" stands in it twice`)
  return subscribers
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function toSubscriber(entry: unknown, index: number, urlProblem: UrlProblem): KnownSubscriber {
  const { id, url, secret, secrets, events, owners, ...others } = (entry ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || !CALLER_ID.test(id)) {
    throw invalid(`entry ${index + 1} needs an "id" of ${CALLER_ID_FORM}`)
  }
  const place = `entry ${index + 1} ("${id}")`
  if (Object.keys(others).length > 0) throw invalid(`${place} has a member beside ${MEMBERS}`)
  return {
    id,
    url: toUrl(url, place, urlProblem),
    secrets: toSecrets(secret, secrets, place),
    events: toEvents(events, place),
    owners: toOwners(owners, place),
  }
}

/** Where it leads is the operator's to know: also a name of the private network. */
function toUrl(value: unknown, place: string, urlProblem: UrlProblem): string {
  const problem = typeof value === 'string' ? urlProblem(value) : 'must be an https URL'
  if (problem !== null) throw invalid(`the "url" of ${place} ${problem}`)
  return String(value)
}

/** Between 24 and 64 random bytes (Standard Webhooks, "Symmetric secrets"). */
function isSecret(value: unknown): value is string {
  if (typeof value !== 'string' || !/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 2)
    return false
  const { length } = Buffer.from(value.slice('whsec_'.length), 'base64')
  return length >= 24 && length <= 64
}

function toSecrets(secret: unknown, secrets: unknown, place: string): readonly Secret[] {
  const given: readonly unknown[] = Array.isArray(secrets) ? secrets : [secret]
  const isOne = (secret === undefined) !== (secrets === undefined)
  if (!isOne || given.length === 0 || given.length > MOST_SECRETS || !given.every(isSecret)) {
    throw invalid(
      `${place} needs a "secret", "whsec_" and 24 to 64 random bytes in base64, or up to ${MOST_SECRETS} "secrets" in an array, the newest first`,
    )
  }
  return given.map((one) => new Secret(String(one)))
}

function toEvents(value: unknown, place: string): readonly WebhookType[] | null {
  if (value === undefined) return null
  const known = (one: unknown): one is WebhookType => WEBHOOK_TYPES.some((type) => type === one)
  if (!Array.isArray(value) || value.length === 0 || !value.every(known)) {
    throw invalid(`the "events" of ${place} must be some of ${WEBHOOK_TYPES.join(', ')}`)
  }
  return value
}

function toOwners(value: unknown, place: string): readonly string[] | null {
  if (value === undefined) return null
  const known = (one: unknown): one is string => typeof one === 'string' && CALLER_ID.test(one)
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_OWNERS || !value.every(known)) {
    throw invalid(`the "owners" of ${place} must be ids of callers, at most ${MOST_OWNERS}`)
  }
  return value
}

function invalid(problem: string): OperatorError {
  return new OperatorError('settings_invalid', `WEBHOOKS_FILE can't be used: ${problem}.`)
}

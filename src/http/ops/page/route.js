const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * What is searched for stays in memory, and the URL names it by a number: a URL ends up in histories and logs, where
 * references and IBANs have no business.
 * @type {Search[]}
 */
const searches = []

/** @typedef {{ customer_reference: string } | { iban: string }} Search */

/**
 * @typedef {object} Route
 * @property {'overview' | 'consents' | 'consent' | 'webhooks'} name
 * @property {string} id of the consent, or empty
 * @property {URLSearchParams} parameters
 */

/**
 * @param {string} hash
 * @returns {Route | null} null where there is no such view
 */
export function readRoute(hash) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const parameters = new URLSearchParams(query)
  if (path === '') return { name: 'overview', id: '', parameters }
  if (path === 'consents' || path === 'webhooks') return { name: path, id: '', parameters }
  const id = path.replace(/^consents\//, '')
  return id !== path && UUID.test(id) ? { name: 'consent', id: id.toLowerCase(), parameters } : null
}

/** @param {string} id */
export const consentHref = (id) => `#/consents/${encodeURIComponent(id)}`

/**
 * @param {'consents' | 'webhooks'} view
 * @param {Record<string, string | null>} parameters
 */
export function listHref(view, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value !== null && value !== '')
  const query = new URLSearchParams(/** @type {[string, string][]} */ (kept))
  return query.size === 0 ? `#/${view}` : `#/${view}?${query}`
}

/**
 * Where to look for what somebody typed: a consent's id, an IBAN, or else a customer reference.
 * @param {string} typed
 */
export function searchHref(typed) {
  const text = typed.trim()
  if (UUID.test(text)) return consentHref(text.toLowerCase())
  searches.push(isIban(text) ? { iban: text.replace(/\s/g, '').toUpperCase() } : { customer_reference: text })
  return listHref('consents', { search: String(searches.length) })
}

/**
 * @param {URLSearchParams} parameters
 * @returns {Search | null | undefined} null where nothing is searched for, undefined where it is forgotten
 */
export function searchOf(parameters) {
  const number = parameters.get('search')
  return number === null ? null : searches[Number(number) - 1]
}

export function forgetSearches() {
  searches.fill(/** @type {any} */ (undefined))
}

/** Whether it has the form of an IBAN (ISO 13616), right or mistyped. @param {string} text */
export const looksLikeIban = (text) => /^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/i.test(text.replace(/\s/g, ''))

/** The form of an IBAN, and check digits that fit (ISO 7064, mod 97-10). @param {string} text */
function isIban(text) {
  if (!looksLikeIban(text)) return false
  const iban = text.replace(/\s/g, '').toUpperCase()
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((character) => Number.parseInt(character, 36))
  return BigInt(digits.join('')) % 97n === 1n
}

/** @import { Caller } from '../types.ts' */
/** @import { Child } from './dom.js' */

/**
 * What a view is given.
 * @typedef {object} Context
 * @property {'overview' | 'consents' | 'consent' | 'webhooks'} name
 * @property {string} id of the consent, or empty
 * @property {URLSearchParams} parameters
 * @property {Caller} caller
 * @property {Record<string, any>} memory its own, kept while the page is
 * @property {() => void} refresh fetches and draws anew
 * @property {(text: string) => void} tell says how something went
 */

/**
 * @typedef {object} View
 * @property {(context: Context) => string} title without anything personal: browsers keep it
 * @property {(context: Context, signal: AbortSignal) => Promise<Child[]>} show
 */

export {}

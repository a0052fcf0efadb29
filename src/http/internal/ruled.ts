import { type Call, RULES, type Rule } from '../../core/permissions.ts'

/** The calls that need no caller. */
export const OPEN_CALLS = ['getLiveness', 'getReadiness', 'getOpenApi'] as const
type OpenCall = (typeof OPEN_CALLS)[number]

/** What the document says of a call: what it does, and who may make it as `core/permissions.ts` has it. */
export function ruled(operationId: Call, description: string) {
  const rule: Rule = RULES[operationId]
  return {
    operationId,
    description: `Needs ${needs(rule)}. ${description}`.trimEnd(),
    security: [{ caller: [] }],
    'x-permissions': rule.anyOf,
    'x-reach': rule.reach,
  }
}

/** The same of a call that needs no caller. */
export function open(operationId: OpenCall, description: string) {
  return { operationId, description: `Needs no caller. ${description}`.trimEnd(), security: [] }
}

function needs({ anyOf, reach }: Rule): string {
  const permissions = anyOf.map((permission) => `\`${permission}\``)
  if (anyOf.length === 0) return 'a caller that is known, whatever its permissions'
  if (reach === 'may_manage') return `${permissions}, on own consents; with \`ops\` as well, on all`
  if (reach === 'may_read') return '`consents:read` (own consents) or `ops` (all)'
  if (reach === 'may_use') return `${permissions}, on own consents and those granted to the caller`
  return `${permissions.join(' or ')}${reach === 'own' ? ', on own consents' : ''}`
}

/** Raises unless the route is of a call with a rule: a route that was forgotten stops the start. */
export function assertRuled({ url, schema }: { url: string; schema?: object }): void {
  const { operationId, hide } = (schema ?? {}) as { operationId?: string; hide?: boolean }
  const known = [...Object.keys(RULES), ...OPEN_CALLS]
  if (hide !== true && !known.includes(operationId ?? '')) {
    throw new Error(`${url} has no rule in core/permissions.ts`)
  }
}

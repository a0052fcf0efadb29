// What the bank says and what we make of it.
import './answer-headers.part.ts'
import './consent-info.part.ts'
import './exchange.part.ts'
import './lane.part.ts'
import './outcome.part.ts'
import './profile.part.ts'
import './revocation.part.ts'
import './scopes.part.ts'

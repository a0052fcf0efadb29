// The practice bank, up to a consent.
import './authorization.part.ts'
import './consent-application.part.ts'
import './faults.part.ts'
import './ledger.part.ts'
import './token-endpoint.part.ts'

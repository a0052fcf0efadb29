// Requests that are refused.
import './bad-bodies.part.ts'
import './bad-fields.part.ts'
import './bad-queries.part.ts'

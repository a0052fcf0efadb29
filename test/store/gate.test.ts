// The gate, and what is kept and looked after.
import './canary-scope.part.ts'
import './gates.part.ts'
import './housekeeping.part.ts'
import './refusal-brake.part.ts'

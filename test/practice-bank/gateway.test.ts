// The practice bank's API.
import './accounts.part.ts'
import './batch.part.ts'
import './payments.part.ts'

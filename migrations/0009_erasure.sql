-- Past RETENTION the personal data of an ended consent are erased; its skeleton and its history stay.
alter table consents add column erased_at timestamptz;

-- Whatever a replica of an earlier version tries: what is erased never lives again, and takes no personal data in.
-- Not valid: no row is erased yet, so none needs to be read.
alter table consents add constraint consents_erased check (erased_at is null or (
  status in ('rejected', 'failed', 'abandoned', 'expired', 'revoked') and customer_reference is null
  and transaction_id is null and metadata = '{}' and iban_sealed is null and iban_masked is null
  and iban_hash is null and iban_hash_kid is null)) not valid;

-- Led by time: what has not ended long enough costs the look nothing, nor does what is erased already.
create index consents_to_erase on consents (ended_at) where erased_at is null and ended_at is not null;

-- A revoked consent keeps no verifier, and no answer that holds a start link; what they belong to is still known.
alter table authorization_attempts alter column code_verifier drop not null;
alter table idempotency_keys alter column stored_answer drop not null;
create index idempotency_keys_consent on idempotency_keys (consent_id);

-- What one version wrote into the migrations before this one: a database has it, or has it not.

-- Whose presentations these are: one is given back once, however often its commit was not acknowledged.
alter table consent_tokens add column if not exists presented_by uuid[] not null default '{}';
alter table consent_tokens drop column if exists given_back_attempt_id;
update consent_tokens set presented_by = array[attempt_id] where attempt_id is not null and presented_by = '{}';

-- Refresh tokens moved in from elsewhere, as digests: an import that is sent again must not present its token
-- again. Written before the consent, in the same transaction.
create table if not exists imported_tokens (
  token_digest text primary key,
  consent_id uuid not null references consents on delete cascade deferrable initially deferred
);

-- Rescued consents that wait for Consent Info to show their account: few, and looked for again and again.
create index if not exists consents_unverified on consents (id) where status = 'pending' and iban_hash is not null;

-- Of those that are pending only imports have an end.
drop index consents_end;
create index consents_end on consents (expires_at) where status in ('pending', 'active', 'reauthorization_required');

-- When a renewal's consent ends is fixed when it is authorized, whatever CONSENT_VALIDITY is when it is swapped in.
-- Null where an earlier version staged it.
alter table staged_tokens add column consent_expires_at timestamptz;

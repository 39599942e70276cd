DROP TABLE idempotency_keys;
ALTER TABLE api_keys DROP COLUMN expires_at;
DROP TABLE organization_domains;
DROP INDEX organizations_order;
DROP INDEX organizations_external_id;
ALTER TABLE organizations DROP COLUMN allow_profiles_outside_organization;
ALTER TABLE organizations DROP COLUMN stripe_customer_id;
ALTER TABLE organizations DROP COLUMN metadata;
ALTER TABLE organizations DROP COLUMN external_id;

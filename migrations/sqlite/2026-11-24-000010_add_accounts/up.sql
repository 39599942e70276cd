-- The seed of one-time codes is sealed. It counts once "totp_enabled_at" is set; "totp_last_step" is the time step whose code was used last.
ALTER TABLE members ADD COLUMN email_verified_at BIGINT;
ALTER TABLE members ADD COLUMN sealed_totp TEXT;
ALTER TABLE members ADD COLUMN totp_enabled_at BIGINT;
ALTER TABLE members ADD COLUMN totp_last_step BIGINT;

-- Null only in sessions that an older program began; they have ended. "authenticated_at" is when the password was last given.
ALTER TABLE sessions ADD COLUMN id TEXT;
ALTER TABLE sessions ADD COLUMN ip_address TEXT;
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT;
ALTER TABLE sessions ADD COLUMN second_factor_at BIGINT;
CREATE UNIQUE INDEX sessions_id ON sessions (id);

CREATE TABLE recovery_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX recovery_codes_member ON recovery_codes (member_id);

-- Secrets that prove one thing once: what a mailed link holds, and the cookie between password and one-time code.
CREATE TABLE account_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    member_id TEXT REFERENCES members (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_links_member ON account_links (member_id);
CREATE INDEX account_links_age ON account_links (expires_at);

-- The outbox. Links are made when a mail is sent and stand in no row; a text that was written elsewhere is sealed.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    member_id TEXT REFERENCES members (id) ON DELETE CASCADE,
    sealed_text TEXT,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (next_attempt_at);
CREATE INDEX mails_member ON mails (member_id);

-- How often something was tried lately, as the time at which all of it is forgiven. Keys are hashes.
CREATE TABLE throttles (
    throttle_key TEXT NOT NULL PRIMARY KEY,
    forgiven_at BIGINT NOT NULL
);
CREATE INDEX throttles_age ON throttles (forgiven_at);

-- Browsers that a member has signed in with: attempts from elsewhere do not lock them out.
CREATE TABLE known_devices (
    token_hash TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash, member_id)
);
CREATE INDEX known_devices_member ON known_devices (member_id);
CREATE INDEX known_devices_age ON known_devices (last_seen_at);

//! Setup codes: whoever reads the server's log may make the first account, and nobody else.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::setup_codes;
use crate::error::Result;
use crate::{Tx, token};

const LENGTH: usize = 20;

/// Makes a code. Several may be live, since each process that serves the dashboard prints one.
pub fn issue(tx: &mut Tx<'_>) -> Result<SecretString> {
    let code = SecretString::from(tx.new_key(LENGTH));
    let values = (
        setup_codes::code_hash.eq(token::hash(code.expose_secret())),
        setup_codes::created_at.eq(tx.now()),
    );
    diesel::insert_into(setup_codes::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(code)
}

/// Uses a code up, and all others with it; `false` when it is none of them.
pub(crate) fn redeem(tx: &mut Tx<'_>, code: &str) -> Result<bool> {
    let hash = token::hash(&code.trim().to_ascii_lowercase());
    let found = diesel::delete(setup_codes::table.filter(setup_codes::code_hash.eq(hash)))
        .execute(&mut **tx)?;
    if found == 1 {
        diesel::delete(setup_codes::table).execute(&mut **tx)?;
    }
    Ok(found == 1)
}

//! Notices that the key of secrets was changed, and goes on with the new one.

use std::time::Duration;

use rollcall_store::{DatabaseUrl, Store, seal};

use crate::secret_key::KeyArgs;

/// How long a process may go on with a key that is no longer the database's.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Looks for as long as the process runs.
pub(crate) async fn run(store: Store, args: KeyArgs, url: DatabaseUrl) {
    let mut told = None;
    loop {
        let reason = renew(&store, &args, &url).await.err();
        if let Some(reason) = reason
            .as_ref()
            .filter(|reason| told.as_ref() != Some(*reason))
        {
            tracing::error!("{reason}");
        }
        told = reason;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Takes the key that the database is sealed with, if this process has another or none.
pub(crate) async fn renew(store: &Store, args: &KeyArgs, url: &DatabaseUrl) -> Result<(), String> {
    // That the database is away is said by everybody who needs it.
    let Ok(Some(theirs)) = store.read(seal::key_in_use).await else {
        return Ok(());
    };
    if store.sealer().key_id().as_ref() == Some(&theirs) {
        return Ok(());
    }
    let found = args.find_for(url, &theirs);
    let Some(key) = found.map_err(|error| error.to_string())? else {
        return Err(format!(
            "the database is sealed with the secret key {theirs}, which this process does not have: no webhooks, \
             no one-time codes; set ROLLCALL_SECRET_KEY and restart"
        ));
    };
    let changed = store.change_key(key).await;
    changed.map_err(|error| error.to_string())?;
    tracing::info!("the secret key was changed; going on with {theirs}");
    Ok(())
}

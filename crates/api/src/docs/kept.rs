//! A text that is made once.

use std::fmt;
use std::sync::OnceLock;

use actix_web::web::Bytes;

use crate::error::ApiError;

/// A text that is made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Kept(OnceLock<Bytes>);

impl Kept {
    /// The text, made by `make` unless it is there already.
    pub(super) fn get<E: fmt::Display>(
        &self,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Bytes, ApiError> {
        if let Some(kept) = self.0.get() {
            return Ok(kept.clone());
        }
        let text = make().map_err(|error| ApiError::Internal(error.to_string()))?;
        // Two that come first at once make it twice, and one is kept.
        Ok(self.0.get_or_init(|| Bytes::from(text)).clone())
    }
}

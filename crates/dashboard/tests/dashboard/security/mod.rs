//! What somebody with bad intentions, bad luck or two tabs sends.

mod disabled;
mod fields;
mod fixation;
mod forms;
mod hostile;
mod notices;
mod passwords;
mod reuse;
mod stale;
mod twice;
mod world;

/// Text for a query, each byte of it encoded.
fn percent(text: &str) -> String {
    percent_encoding::percent_encode(text.as_bytes(), percent_encoding::NON_ALPHANUMERIC)
        .to_string()
}

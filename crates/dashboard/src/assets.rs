//! Stylesheets, scripts, fonts and icons, embedded in the program.
//!
//! Their addresses carry one hash over all of them, so that browsers may keep them for good and
//! relative links between them (a font in a stylesheet) work without being rewritten.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use rust_embed::Embed;
use sha2::{Digest as _, Sha256};

use crate::error::PageError;

#[derive(Embed)]
#[folder = "../../static"]
struct Files;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut paths: Vec<_> = Files::iter().collect();
    paths.sort();
    let mut all = Sha256::new();
    for path in paths {
        all.update(path.as_bytes());
        let hash = Files::get(&path).map(|file| file.metadata.sha256_hash());
        all.update(hash.unwrap_or_default());
    }
    hex(&all.finalize()[..8])
});

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The address of a file, for example `url("css/base.css")`.
pub(crate) fn url(path: &str) -> String {
    format!("/static/{}/{path}", *VERSION)
}

/// The address of an icon in the sprite.
pub(crate) fn icon(name: &str) -> String {
    format!("{}#{name}", url("vendor/icons.svg"))
}

/// Serves a file. Under another version's address (a page from before an update) it is served
/// too, but not to be kept.
pub(crate) async fn serve(address: web::Path<(String, String)>) -> Result<HttpResponse, PageError> {
    let (version, path) = address.into_inner();
    let file = Files::get(&path).ok_or(PageError::NotFound)?;
    let caching = if version == *VERSION {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type(&path)))
        .insert_header((CACHE_CONTROL, caching))
        .body(file.data.into_owned()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manifest says what the vendored files are: name, version, licence, SHA-256.
    #[test]
    fn vendored_files_are_what_the_manifest_says() {
        let manifest = Files::get("vendor/manifest.json").unwrap();
        let entries: Vec<serde_json::Value> = serde_json::from_slice(&manifest.data).unwrap();
        let named = entries.iter().map(|entry| entry["file"].as_str().unwrap());
        for (entry, file) in entries.iter().zip(named.clone()) {
            let content = Files::get(&format!("vendor/{file}")).unwrap();
            let hash = hex(&content.metadata.sha256_hash());
            assert_eq!(entry["sha256"], hash, "{file}");
            assert!(
                entry["version"].is_string() && entry["license"].is_string(),
                "{file}"
            );
        }
        let embedded =
            Files::iter().filter_map(|path| Some(path.strip_prefix("vendor/")?.to_owned()));
        let files: Vec<String> = embedded
            .filter(|file| !file.contains('/') && file != "manifest.json")
            .collect();
        assert_eq!(files.len(), entries.len(), "{files:?}");
    }
}

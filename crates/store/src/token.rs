//! Secrets that are shown once and stored as hashes.
//!
//! A token is a prefix, 256 random bits in base 62 and a checksum in base 62. The checksum lets
//! a mistyped token be refused without asking the database and lets scanners find leaked ones;
//! it protects nothing. A single SHA-256 is enough for storage, since 256 bits cannot be guessed.

use std::fmt::Write as _;

use rand::Rng;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

/// The prefix of a directory's bearer token.
pub const SCIM_PREFIX: &str = "rc_scim_";
/// The prefix of an API key. The official WorkOS SDKs send keys of this form.
pub const API_KEY_PREFIX: &str = "sk_";
/// The prefix of a secret that signs webhooks, at WorkOS as well as in Standard Webhooks.
pub const WEBHOOK_SECRET_PREFIX: &str = "whsec_";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 43;
const CHECKSUM: usize = 6;
/// A whole number of base64's groups of four, so that the text is base64 of 33 bytes too.
const WEBHOOK_SECRET: usize = 44;

/// How many characters of a token's end are kept readable, to tell tokens apart.
pub const SUFFIX: usize = 4;

/// Makes a token with `prefix`.
pub fn generate(prefix: &str, rng: &mut impl Rng) -> SecretString {
    let mut text = String::with_capacity(prefix.len() + BODY + CHECKSUM);
    text.push_str(prefix);
    push_random(&mut text, ALPHABET, BODY, rng);
    let checksum = checksum(&text);
    text.push_str(&checksum);
    SecretString::from(text)
}

/// Makes a secret that signs webhooks. It reads as text, as WorkOS takes it, and as base64 behind
/// its prefix, as Standard Webhooks do; letters and digits only, with 262 random bits.
pub(crate) fn webhook_secret(rng: &mut impl Rng) -> SecretString {
    let mut text = WEBHOOK_SECRET_PREFIX.to_owned();
    push_random(&mut text, ALPHABET, WEBHOOK_SECRET, rng);
    SecretString::from(text)
}

/// Makes `length` random characters of lower-case letters and digits, for an endpoint's key.
/// Okta refuses an underscore in a base URL, so there is none.
pub(crate) fn endpoint_key(length: usize, rng: &mut impl Rng) -> String {
    let mut text = String::with_capacity(length);
    push_random(
        &mut text,
        b"abcdefghijklmnopqrstuvwxyz0123456789",
        length,
        rng,
    );
    text
}

fn push_random(text: &mut String, alphabet: &[u8], length: usize, rng: &mut impl Rng) {
    let size = u32::try_from(alphabet.len()).unwrap_or(1);
    // Values past the last whole multiple would favour the alphabet's first letters.
    let fair = u32::MAX - u32::MAX % size;
    for _ in 0..length {
        let mut value = rng.next_u32();
        while value >= fair {
            value = rng.next_u32();
        }
        text.push(char::from(alphabet[(value % size) as usize]));
    }
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Says whether `text` can be a token with `prefix`: right length, right checksum.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let long_enough = text.len() == prefix.len() + BODY + CHECKSUM && text.is_ascii();
    long_enough
        && text.starts_with(prefix)
        && checksum(&text[..text.len() - CHECKSUM]) == text[text.len() - CHECKSUM..]
}

/// The SHA-256 of a secret in lower-case hex: what is stored of it.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let room = String::with_capacity(2 * bytes.len());
    bytes.iter().fold(room, |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The last characters of a secret, which stay readable.
pub fn suffix(secret: &str) -> String {
    let start = secret
        .char_indices()
        .rev()
        .nth(SUFFIX - 1)
        .map_or(0, |(index, _)| index);
    secret[start..].to_owned()
}

/// The token in an `Authorization` header, whatever an admin pasted around it: the scheme in any
/// case, once, twice or not at all, and blanks.
pub fn clean(header: &str) -> &str {
    let mut rest = header.trim();
    while let Some((scheme, token)) = rest.split_once(char::is_whitespace) {
        if !scheme.eq_ignore_ascii_case("bearer") {
            break;
        }
        rest = token.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_made_token_is_well_formed_and_a_mistyped_one_is_not() {
        let token = generate(SCIM_PREFIX, &mut StdRng::seed_from_u64(1));
        let token = token.expose_secret();
        assert!(is_well_formed(SCIM_PREFIX, token));
        assert!(!is_well_formed(API_KEY_PREFIX, token));
        assert!(!is_well_formed(SCIM_PREFIX, &token[..token.len() - 1]));
        let other_end = if token.ends_with('0') { '1' } else { '0' };
        assert!(!is_well_formed(
            SCIM_PREFIX,
            &format!("{}{other_end}", &token[..token.len() - 1])
        ));
        assert!(!is_well_formed(SCIM_PREFIX, "rc_scim_é"));
    }

    #[test]
    fn an_endpoint_key_has_no_underscore() {
        let key = endpoint_key(24, &mut StdRng::seed_from_u64(2));
        assert_eq!(key.len(), 24);
        assert!(
            key.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        );
    }

    #[test]
    fn cleans_what_an_admin_pastes() {
        for header in [
            "Bearer abc",
            "bearer abc",
            "BEARER  Bearer abc ",
            " abc",
            "Bearer Bearer abc",
        ] {
            assert_eq!(clean(header), "abc", "{header}");
        }
        assert_eq!(clean("Bearer "), "Bearer");
        assert_eq!(suffix("wxyz"), "wxyz");
        assert_eq!(suffix("abcdefgh"), "efgh");
    }
}

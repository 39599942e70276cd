//! How a receiver knows that a webhook is genuine: the signature that WorkOS's SDKs verify, and
//! beside it the one of the Standard Webhooks specification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rollcall_store::Timestamp;
use rollcall_store::token::{self, WEBHOOK_SECRET_PREFIX};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// The value of `WorkOS-Signature`: `t=<milliseconds>, v1=<hex>` over `<milliseconds>.<body>`.
/// The key is the secret's text as it is, prefix included. One signature only: WorkOS's Python SDK
/// splits the header in exactly two.
pub fn workos(secret: &SecretString, at: Timestamp, body: &str) -> String {
    let millis = at.millis();
    let signed = hmac(
        secret.expose_secret().as_bytes(),
        &format!("{millis}.{body}"),
    );
    format!("t={millis}, v1={}", token::hex(&signed))
}

/// The value of `webhook-signature`: for each secret `v1,<base64>` over `<id>.<seconds>.<body>`,
/// separated by blanks. The key is what the text behind the secret's prefix is the base64 of.
pub fn standard(secrets: &[&SecretString], id: &str, at: Timestamp, body: &str) -> String {
    let signed = format!("{id}.{}.{body}", seconds(at));
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| format!("v1,{}", BASE64.encode(hmac(&standard_key(secret), &signed))))
        .collect();
    signatures.join(" ")
}

/// The value of `webhook-timestamp`.
pub(crate) const fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

fn standard_key(secret: &SecretString) -> Vec<u8> {
    let text = secret.expose_secret();
    let encoded = text.strip_prefix(WEBHOOK_SECRET_PREFIX).unwrap_or(text);
    BASE64
        .decode(encoded)
        .unwrap_or_else(|_| encoded.as_bytes().to_vec())
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    // HMAC takes keys of any length, so there is always one.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification, version 1.0.0, "Signature scheme".
    #[test]
    fn signs_as_standard_webhooks_do() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = standard(
            &[&secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp::from_micros(1_614_265_330_000_000),
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// Checked with `openssl dgst -sha256 -hmac`.
    #[test]
    fn signs_as_workos_does() {
        let signature = workos(
            &SecretString::from("whsec_secret"),
            Timestamp::from_micros(1_767_323_045_678_999),
            r#"{"id":"event_1"}"#,
        );
        assert_eq!(
            signature,
            "t=1767323045678, v1=5983af5152fb6524807147508f13e26b7cc8872fcc724fb3d420fd9c410bf3dd"
        );
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let (one, two) = (
            SecretString::from("whsec_AAAA"),
            SecretString::from("whsec_BBBB"),
        );
        let at = Timestamp::from_micros(0);
        let both = standard(&[&one, &two], "event_1", at, "{}");
        let single = |secret| standard(&[secret], "event_1", at, "{}");
        assert_eq!(both, format!("{} {}", single(&one), single(&two)));
    }
}

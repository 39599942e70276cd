//! Names of domains, in the one form in which they are stored and compared.

use std::fmt;

use url::Host;

/// Domains that belong to everybody's mailboxes and so never to one organization. The large providers; there is no official list.
const CONSUMER: [&str; 48] = [
    "126.com",
    "163.com",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "bol.com.br",
    "btinternet.com",
    "charter.net",
    "comcast.net",
    "cox.net",
    "earthlink.net",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "t-online.de",
    "verizon.net",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
];
/// Characters of a name (RFC 1035 §2.3.4, without the root's dot).
const LONGEST: usize = 253;
/// Characters between two dots (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;

/// The name of a domain: in lower case, in its ASCII form, without a dot at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// Why a text names no domain that an organization can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainNameError {
    /// It is not the name of a domain.
    #[error("this is not the name of a domain, such as example.com")]
    Malformed,
    /// It is where people of any organization have mailboxes.
    #[error("this is a domain of consumer mailboxes, which no organization can claim")]
    Consumer,
}

impl DomainName {
    /// Reads a name from outside; an international one may come in either form.
    pub fn parse(text: &str) -> Result<Self, DomainNameError> {
        let name = well_formed(text).ok_or(DomainNameError::Malformed)?;
        if CONSUMER.binary_search(&name.as_str()).is_ok() {
            return Err(DomainNameError::Consumer);
        }
        Ok(Self(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name of at least two parts in its one form; none for an address or what is no name.
pub(crate) fn well_formed(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    match Host::parse(text) {
        Ok(Host::Domain(name)) if is_well_formed(&name) => Some(name),
        _ => None,
    }
}

fn is_well_formed(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= LONGEST && name.contains('.') && name.split('.').all(is_label)
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form() {
        for (text, stored) in [
            ("Example.COM", "example.com"),
            (" mail.example.com. ", "mail.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(DomainName::parse(text).unwrap().as_str(), stored, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_domain_or_everybodys() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            "localhost",
            "example..com",
            "-a.example",
            "a-.example",
            "a_b.example",
            "https://example.com",
            "ada@example.com",
            "example.com:8080",
            "192.0.2.1",
            "[2001:db8::1]",
            "exa mple.com",
            "example.com\0",
            &long,
        ] {
            let refused = DomainName::parse(text);
            assert_eq!(refused, Err(DomainNameError::Malformed), "{text:?}");
        }
        let refused = DomainName::parse("Gmail.com");
        assert_eq!(refused, Err(DomainNameError::Consumer));
        assert!(CONSUMER.is_sorted());
    }
}

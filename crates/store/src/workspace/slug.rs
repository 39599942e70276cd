//! A workspace's name in URLs.

use super::find::find_by_slug;
use crate::Tx;
use crate::error::Result;

/// Up to here numbers are tried one after the other. Whoever made a thousand workspaces of one name would have everybody
/// who writes wait.
const IN_ORDER: u32 = 20;

/// One made from a workspace's name that no other workspace has.
pub(super) fn free(tx: &mut Tx<'_>, name: &str) -> Result<String> {
    let wanted = slug(name);
    let mut candidate = wanted.clone();
    let mut number = 1;
    while find_by_slug(tx, &candidate)?.is_some() {
        number = if number < IN_ORDER {
            number + 1
        } else {
            u32::from_be_bytes(tx.new_bytes())
        };
        candidate = format!("{wanted}-{number}");
    }
    Ok(candidate)
}

fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "workspace".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_slug_keeps_ascii_letters_and_digits() {
        assert_eq!(super::slug("Acme Staging (EU)"), "acme-staging-eu");
        assert_eq!(super::slug("日本"), "workspace");
    }
}

//! Case folding, done here and stored, so that both databases compare alike.

/// Folds text for a comparison without regard to case, as SCIM asks for `userName`,
/// `displayName` and e-mail addresses (SCIM 1.1 core schema, "caseIgnore").
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// A `LIKE` pattern that finds `text` anywhere in a folded column; `\` escapes.
pub(crate) fn contains_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in fold(text).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_beyond_ascii_and_escapes_wildcards() {
        assert_eq!(fold("ÅSA@Example.COM"), "åsa@example.com");
        assert_eq!(contains_pattern(r"100%_Sure\"), r"%100\%\_sure\\%");
    }
}

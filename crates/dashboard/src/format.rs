//! Numbers, durations and names as people read them.

/// A number with separators: `1,204`.
pub(crate) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 user`, `2 users`.
pub(crate) fn counted(value: i64, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if value == 1 => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{} {plural}", number(value))
}

/// How long a request took: `0.4 ms`, `12 ms`, `1.3 s`.
pub(crate) fn duration(micros: i64) -> String {
    match micros {
        ..1_000 => format!("0.{} ms", micros.max(0) / 100),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

/// Up to two letters that stand for a name.
pub(crate) fn initials(name: &str) -> String {
    let words = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let firsts: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
    match firsts.as_slice() {
        [] => "?".to_owned(),
        [only] => only.to_uppercase().collect(),
        [first, .., last] => first.to_uppercase().chain(last.to_uppercase()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_thousands() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_204, "1,204"),
            (1_234_567, "1,234,567"),
            (-1_000, "-1,000"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(counted(1, "user"), "1 user");
        assert_eq!(counted(1_204, "user"), "1,204 users");
        assert_eq!(counted(0, "directory"), "0 directories");
    }

    #[test]
    fn keeps_durations_short() {
        for (micros, text) in [
            (0, "0.0 ms"),
            (450, "0.4 ms"),
            (4_900, "4 ms"),
            (1_350_000, "1.3 s"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }

    #[test]
    fn takes_initials_from_any_script() {
        for (name, text) in [
            ("Ada Lindqvist", "AL"),
            ("ada@example.com", "AC"),
            ("李", "李"),
            ("<b>", "B"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), text);
        }
    }
}

//! Instants, as `xsd:dateTime` writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads an instant, with any offset and fraction. Without an offset it is taken as UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_is_read_from_each_of_its_spellings() {
        let instant = parse("2011-05-13T04:42:34Z");
        assert!(instant.is_some());
        for text in [
            "2011-05-13T04:42:34.000Z",
            "2011-05-13T06:42:34+02:00",
            "2011-05-12T14:42:34-14:00",
            "2011-05-13T04:42:34",
        ] {
            assert_eq!(parse(text), instant, "{text}");
        }
        assert!(parse("2011-05-13T04:42:34.0005Z") > instant);
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        for text in ["", "yesterday", "2011-13-01T00:00:00Z", "1305261754"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

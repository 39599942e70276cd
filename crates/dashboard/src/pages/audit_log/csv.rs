//! Rows of CSV (RFC 4180) that no spreadsheet takes for formulas.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

/// The rows as bytes.
pub(super) fn rows<'a, R, C>(rows: R) -> Result<Vec<u8>, csv::Error>
where
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item = &'a str>,
{
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for cells in rows {
        let cells = cells.into_iter().map(harmless);
        writer.write_record(cells.map(|cell| cell.as_bytes().to_vec()))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// An apostrophe before what spreadsheets would compute (OWASP, "CSV Injection").
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_quotes_are_doubled() {
        let written = rows([["=1+1", "a,b"], ["-2", "say \"x\""], ["@x", "\t=1"]]).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert_eq!(
            text,
            "'=1+1,\"a,b\"\r\n'-2,\"say \"\"x\"\"\"\r\n'@x,'\t=1\r\n"
        );
    }
}

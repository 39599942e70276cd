//! The lines of a backup.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::mem;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Error;
use crate::token;

/// The form that this program writes.
pub(super) const FORM: u32 = 1;
/// No row is longer: a longer line is no backup's, and would only fill the memory.
const LONGEST_LINE: u64 = 256 << 20;
/// The first bytes of every gzip file (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file.
    pub rollcall_backup: u32,
    /// When it was taken, in RFC 3339.
    pub made_at: String,
    /// The version of the program that took it.
    pub program: String,
    /// The newest migration of the database.
    pub schema: String,
    /// The id of the key that the secrets in it are sealed with, if there is one.
    pub key_id: Option<String>,
    /// The last number that an event was given.
    pub last_seq: u64,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
}

/// A line that is no row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Mark {
    /// The rows of a table follow.
    Table { table: String, columns: Vec<String> },
    /// The end.
    End { sha256: String },
}

/// Says whether a file begins as a backup does.
pub fn is_backup(input: impl Read) -> bool {
    matches!(Reader::start(input), Ok(_) | Err(Error::Newer { .. }))
}

/// Writes lines.
pub(super) struct Writer<W: Write> {
    out: GzEncoder<W>,
    hash: Sha256,
}

impl<W: Write> Writer<W> {
    pub(super) fn start(out: W, header: &Header) -> Result<Self, Error> {
        let mut writer = Self {
            out: GzEncoder::new(out, Compression::default()),
            hash: Sha256::new(),
        };
        writer.json(header)?;
        Ok(writer)
    }

    pub(super) fn table(&mut self, table: &str, columns: Vec<String>) -> Result<(), Error> {
        let table = table.to_owned();
        self.json(&Mark::Table { table, columns })
    }

    /// A row, or another line of JSON.
    pub(super) fn line(&mut self, line: &str) -> Result<(), Error> {
        for part in [line.as_bytes(), b"\n"] {
            self.hash.update(part);
            self.out.write_all(part)?;
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<(), Error> {
        let sha256 = token::hex(&mem::take(&mut self.hash).finalize());
        self.json(&Mark::End { sha256 })?;
        self.out.finish()?.flush()?;
        Ok(())
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let line = serde_json::to_string(value).map_err(|error| Error::Io(error.into()))?;
        self.line(&line)
    }
}

/// What comes after the header.
pub(super) enum Line<'a> {
    Row(&'a str),
    Table {
        table: String,
        columns: Vec<String>,
    },
    /// The last one, and the file is whole.
    End,
}

/// Reads lines.
pub(super) struct Reader<R: Read> {
    input: BufReader<GzDecoder<BufReader<R>>>,
    hash: Sha256,
    line: String,
    pub(super) header: Header,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub(super) fn start(input: R) -> Result<Self, Error> {
        let mut input = BufReader::new(input);
        if !input.fill_buf()?.starts_with(&GZIP) {
            return Err(Error::Foreign);
        }
        let mut input = BufReader::new(GzDecoder::new(input));
        let line = match next_line(&mut input, String::new()) {
            Err(Error::Damaged(_)) => return Err(Error::Foreign),
            line => line?,
        };
        let header = header(&line)?;
        let mut hash = Sha256::new();
        hash.update(&line);
        Ok(Self {
            input,
            hash,
            line,
            header,
        })
    }

    pub(super) fn next(&mut self) -> Result<Line<'_>, Error> {
        self.line = next_line(&mut self.input, mem::take(&mut self.line))?;
        if self.line.starts_with('[') {
            self.hash.update(&self.line);
            return Ok(Line::Row(self.line.trim_end()));
        }
        let mark = serde_json::from_str(&self.line);
        match mark.map_err(|_| Error::Damaged("a line is none of a backup".to_owned()))? {
            Mark::Table { table, columns } => {
                self.hash.update(&self.line);
                Ok(Line::Table { table, columns })
            }
            Mark::End { sha256 } => self.finish(&sha256).map(|()| Line::End),
        }
    }

    fn finish(&mut self, sha256: &str) -> Result<(), Error> {
        let found = token::hex(&mem::take(&mut self.hash).finalize());
        if found != sha256 {
            return Err(Error::Damaged("its checksum is another".to_owned()));
        }
        // To the end, where gzip keeps a checksum and a length of its own.
        let mut rest = [0];
        let more = self.input.read(&mut rest)? + self.input.get_mut().get_mut().read(&mut rest)?;
        if more > 0 {
            return Err(Error::Damaged("something follows its end".to_owned()));
        }
        Ok(())
    }
}

/// Reads a line into a string that is used again, since there are millions.
fn next_line(input: &mut impl std::io::BufRead, mut line: String) -> Result<String, Error> {
    line.clear();
    input.take(LONGEST_LINE).read_line(&mut line)?;
    if line.ends_with('\n') {
        Ok(line)
    } else if line.len() as u64 == LONGEST_LINE {
        Err(Error::Damaged("a line is too long".to_owned()))
    } else {
        Err(Error::CutOff)
    }
}

fn header(line: &str) -> Result<Header, Error> {
    /// As much as every later form will have.
    #[derive(Deserialize)]
    struct Form {
        rollcall_backup: u32,
    }
    let form: Form = serde_json::from_str(line).map_err(|_| Error::Foreign)?;
    if form.rollcall_backup != FORM {
        return Err(Error::Newer {
            theirs: form.rollcall_backup,
            ours: FORM,
        });
    }
    serde_json::from_str(line).map_err(|error| Error::Damaged(error.to_string()))
}

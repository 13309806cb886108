//! The lines of a text file that is not a table of cells.

use std::io::{BufRead, BufReader, Read};

use crate::error::error;
use crate::table::{Stream, read_error};
use crate::{Error, Place, TableProblem};

/// Lines with their numbers, with any line ending; one without end is refused.
#[derive(Debug)]
pub(crate) struct Lines<'a, R> {
    file: &'a str,
    reader: BufReader<Stream<R>>,
    bytes: Vec<u8>,
    number: u64,
    read: u64,
}

impl<'a, R: Read> Lines<'a, R> {
    pub fn new(file: &'a str, reader: R) -> Self {
        Self {
            file,
            reader: BufReader::new(Stream::new(reader)),
            bytes: Vec::new(),
            number: 0,
            read: 0,
        }
    }

    /// The next line and its number, counted from 1; none at the end.
    ///
    /// # Errors
    /// [`Error::Read`]; [`TableProblem::NotUtf8`]; [`TableProblem::EndlessRecord`].
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, Error> {
        self.bytes.clear();
        self.reader.get_mut().record_done();
        let read = self.reader.read_until(b'\n', &mut self.bytes);
        let read = read.map_err(|source| read_error(self.file, self.reader.get_ref(), source))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.read += read as u64;
        let line = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        match std::str::from_utf8(line) {
            Ok(line) => Ok(Some((self.number, line))),
            Err(_) => {
                let place = Some(Place::Line(self.number));
                Err(error(self.file, place, None, TableProblem::NotUtf8("")))
            }
        }
    }

    /// Bytes of the lines so far.
    pub fn read(&self) -> u64 {
        self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_whatever_ends_them() {
        let mut lines = Lines::new("t", &b"\xEF\xBB\xBFa\r\n\rb\nc"[..]);
        let mut found = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            found.push((number, line.to_owned()));
        }
        let expected = [(1, "a"), (2, ""), (3, "b"), (4, "c")];
        assert_eq!(
            found,
            expected.map(|(number, line)| (number, line.to_owned()))
        );
        assert_eq!(lines.read(), 7);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let mut lines = Lines::new("t", &b"a\n\xFF\n"[..]);
        lines.next().unwrap();
        let error = lines.next().unwrap_err().to_string();
        assert!(
            error.starts_with("`t`, line 2: the text is not UTF-8"),
            "{error}"
        );
        let mut endless = Lines::new("t", std::io::repeat(b'a'));
        assert!(
            endless
                .next()
                .unwrap_err()
                .to_string()
                .contains("a line runs on")
        );
    }
}

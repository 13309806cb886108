//! The bytes of a table: looked at before they are parsed, with plain line ends and an end to every record.

use std::io::{self, Read};

/// A reader that turns every line end into `\n`, ends the last line, drops the byte order mark, and gives
/// up on a record without end.
#[derive(Debug)]
pub(crate) struct Stream<R> {
    inner: R,
    /// Bytes looked at and not yet handed out.
    ahead: Vec<u8>,
    handed: usize,
    after_return: bool,
    last: u8,
    started: bool,
    finished: bool,
    /// Bytes read since the last record was complete.
    pending: u64,
    limit: u64,
    pub endless: bool,
}

impl<R: Read> Stream<R> {
    /// The most bytes of one record. The widest tables known have a few MiB a line.
    pub const RECORD_LIMIT: u64 = 1 << 26;

    pub fn new(inner: R) -> Self {
        Self::with_limit(inner, Self::RECORD_LIMIT)
    }

    fn with_limit(inner: R, limit: u64) -> Self {
        Self {
            inner,
            ahead: Vec::new(),
            handed: 0,
            after_return: false,
            last: b'\n',
            started: false,
            finished: false,
            pending: 0,
            limit,
            endless: false,
        }
    }

    /// The first bytes, without taking them: at least `least`, whole lines, and two of them, unless the file is
    /// shorter; and whether that is the whole file.
    pub fn look(&mut self, least: usize) -> io::Result<(&[u8], bool)> {
        let mut chunk = vec![0; 1 << 16];
        let mut lines = 0;
        let mut whole = false;
        while self.ahead.len() < least || lines < 2 {
            let read = self.advance(&mut chunk)?;
            if read == 0 {
                whole = true;
                break;
            }
            lines += chunk[..read].iter().filter(|&&byte| byte == b'\n').count();
            self.ahead.extend_from_slice(&chunk[..read]);
        }
        let end = self
            .ahead
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        Ok((&self.ahead[..end], whole))
    }

    /// Says that a record is complete.
    pub fn record_done(&mut self) {
        self.pending = 0;
    }

    /// Reads on, beyond what was looked at.
    fn advance(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pending > self.limit {
            self.endless = true;
            return Err(io::Error::other("a record without end"));
        }
        let read = loop {
            if self.finished {
                return Ok(0);
            }
            let mut read = match self.inner.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if read == 0 {
                self.finished = true;
                if self.last == b'\n' || buffer.is_empty() {
                    return Ok(0);
                }
                buffer[0] = b'\n';
                break 1;
            }
            if !self.started {
                read = self.skip_mark(buffer, read)?;
                self.started = true;
            }
            let read = self.plain_ends(&mut buffer[..read]);
            // A lone `\n` after `\r` leaves nothing, and nothing would mean the end.
            if read > 0 {
                break read;
            }
        };
        self.last = buffer[read - 1];
        self.pending += read as u64;
        Ok(read)
    }

    /// Drops a UTF-8 byte order mark, reading on until the first three bytes are there.
    fn skip_mark(&mut self, buffer: &mut [u8], mut read: usize) -> io::Result<usize> {
        while read < 3 && read < buffer.len() && b"\xEF\xBB\xBF".starts_with(&buffer[..read]) {
            match self.inner.read(&mut buffer[read..])? {
                0 => break,
                more => read += more,
            }
        }
        if buffer[..read].starts_with(b"\xEF\xBB\xBF") {
            buffer.copy_within(3..read, 0);
            read -= 3;
        }
        Ok(read)
    }

    /// Turns `\r\n` and `\r` into `\n` in place and returns how many bytes are left.
    fn plain_ends(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_return && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !second_half {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = &self.ahead[self.handed..];
        if ahead.is_empty() {
            self.ahead = Vec::new();
            self.handed = 0;
            return self.advance(buffer);
        }
        let count = ahead.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ahead[..count]);
        self.handed += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte a time, the hardest case for what spans two reads.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn all(bytes: &[u8]) -> (String, String) {
        let mut whole = String::new();
        Stream::new(bytes).read_to_string(&mut whole).unwrap();
        let mut dripped = String::new();
        Stream::new(Drip(bytes))
            .read_to_string(&mut dripped)
            .unwrap();
        (whole, dripped)
    }

    #[test]
    fn line_ends_become_plain_however_the_bytes_arrive() {
        for (bytes, expected) in [
            (&b"a\r\nb\rc\nd"[..], "a\nb\nc\nd\n"),
            (b"\r\n\r\n", "\n\n"),
            (b"\xEF\xBB\xBFa\n", "a\n"),
            (b"\xEF\xBB\xBF", ""),
            (b"", ""),
        ] {
            assert_eq!(
                all(bytes),
                (expected.to_owned(), expected.to_owned()),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn looking_takes_nothing() {
        let mut stream = Stream::new(&b"a\r\nb\r\nc"[..]);
        assert_eq!(stream.look(3).unwrap(), (&b"a\nb\n"[..], false));
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\nc\n");
        assert_eq!(
            Stream::new(&b"a"[..]).look(100).unwrap(),
            (&b"a\n"[..], true)
        );
    }

    #[test]
    fn a_record_without_end_is_given_up() {
        let mut stream = Stream::with_limit(io::repeat(b'1'), 1000);
        assert!(stream.look(10).is_err());
        assert!(stream.endless);
    }
}

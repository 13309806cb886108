//! Output that is buffered until it is known to be valid, up to a limit.

use std::io::{self, Write};

/// Maximum size of the buffer in bytes. Longer output is written early, because a table may have any length.
const MOST: usize = 16 << 20;

/// A writer that holds back what is written until it is [released](Self::release), or too much.
pub struct DeferredWriter<W: Write> {
    out: W,
    held: Vec<u8>,
    most: usize,
    /// Whether the first has gone on its way.
    open: bool,
}

impl<W: Write> DeferredWriter<W> {
    pub fn new(out: W) -> Self {
        Self {
            out,
            held: Vec::new(),
            most: MOST,
            open: false,
        }
    }

    /// Whether some of it has been written.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Writes the buffer, and everything that follows directly.
    pub fn release(&mut self) -> io::Result<()> {
        self.open = true;
        self.out.write_all(&std::mem::take(&mut self.held))
    }
}

impl<W: Write> Write for DeferredWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.open {
            return self.out.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() > self.most {
            self.release()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.open {
            true => self.out.flush(),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_out_before_it_is_released_or_too_much() {
        let mut out = Vec::new();
        let mut held = DeferredWriter {
            most: 4,
            ..DeferredWriter::new(&mut out)
        };
        held.write_all(b"ab").unwrap();
        held.flush().unwrap();
        assert!(held.out.is_empty() && !held.is_open());
        held.write_all(b"cde").unwrap();
        assert!(held.is_open());
        held.write_all(b"f").unwrap();
        assert_eq!(out, b"abcdef");
        let mut out = Vec::new();
        let mut held = DeferredWriter::new(&mut out);
        held.write_all(b"ab").unwrap();
        held.release().unwrap();
        assert_eq!(out, b"ab");
    }
}

//! Output that is held back until it is known to be good, as far as memory goes.

use std::io::{self, Write};

/// So many bytes are held back. What is longer goes on its way, for a table may be of any length.
const MOST: usize = 16 << 20;

/// A writer that holds back what is written until it is [released](Self::release), or too much.
pub struct Held<W: Write> {
    out: W,
    held: Vec<u8>,
    most: usize,
    /// Whether the first has gone on its way.
    open: bool,
}

impl<W: Write> Held<W> {
    pub fn new(out: W) -> Self {
        Self {
            out,
            held: Vec::new(),
            most: MOST,
            open: false,
        }
    }

    /// Whether some of it has gone on its way.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Lets go what is held, and all that follows.
    pub fn release(&mut self) -> io::Result<()> {
        self.open = true;
        self.out.write_all(&std::mem::take(&mut self.held))
    }
}

impl<W: Write> Write for Held<W> {
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
        let mut held = Held {
            most: 4,
            ..Held::new(&mut out)
        };
        held.write_all(b"ab").unwrap();
        held.flush().unwrap();
        assert!(held.out.is_empty() && !held.is_open());
        held.write_all(b"cde").unwrap();
        assert!(held.is_open());
        held.write_all(b"f").unwrap();
        assert_eq!(out, b"abcdef");
        let mut out = Vec::new();
        let mut held = Held::new(&mut out);
        held.write_all(b"ab").unwrap();
        held.release().unwrap();
        assert_eq!(out, b"ab");
    }
}

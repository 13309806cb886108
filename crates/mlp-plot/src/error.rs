//! Errors of drawing.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The picture is too small to hold text or too large to hold in memory.
    #[error("picture size {width}x{height} is outside 160x120 to 8000x8000")]
    Size {
        /// The requested width, in pixels.
        width: u32,
        /// The requested height, in pixels.
        height: u32,
    },
    /// Two parts of a chart's data disagree in length.
    #[error("{what} has {found} values, but {expected} are needed")]
    Length {
        /// The part that is wrong.
        what: String,
        /// Its length.
        found: usize,
        /// The correct length.
        expected: usize,
    },
    /// A class index has no name.
    #[error("class {class} has no name; {names} names were given")]
    Class {
        /// The index.
        class: usize,
        /// The number of names.
        names: usize,
    },
    /// The drawing backend failed.
    #[error("the {backend} backend failed: {message}")]
    Backend {
        /// `svg` or `png`.
        backend: &'static str,
        /// The backend's message.
        message: String,
    },
    /// A report was given a figure that is not SVG text.
    #[error("figure `{caption}` is not an SVG document")]
    NotSvg {
        /// The figure's caption.
        caption: String,
    },
}

/// A result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Checks the length of one part of a chart's data.
pub(crate) fn check_length(what: &str, found: usize, expected: usize) -> Result<()> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::Length {
            what: what.to_string(),
            found,
            expected,
        })
    }
}

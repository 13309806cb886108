//! Standard input, standard output and the environment.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, IsTerminal, Read, Write},
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use mlp_core::Level;
use mlp_train::Experiment;

use crate::failure::{CommandResult, Failure};

/// After this long it is said what is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Standard output, buffered. The caller flushes.
pub fn stdout() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// Prints a result, unless the output is closed.
pub fn print(text: &str) -> CommandResult {
    let mut out = io::stdout().lock();
    let written = out
        .write_all(plain(text).as_bytes())
        .and_then(|()| out.flush());
    written.map_err(|error| Failure::io("cannot write to standard output", error))
}

/// The characters of a line of standard output, where it is a terminal.
pub fn width() -> Option<usize> {
    let terminal = console::Term::stdout();
    terminal.is_term().then(|| usize::from(terminal.size().1))
}

/// Prints to standard error. Failure (a closed or full standard error)
/// does not affect the command.
pub fn say(text: &str) {
    // In one write, so that lines of several threads do not mix.
    let _ = io::stderr()
        .lock()
        .write_all(format!("{}\n", plain(text)).as_bytes());
}

/// A text with its control characters written out but ends of lines and tabs: a cell or a name of a file may hold any, and a
/// terminal would obey them.
fn plain(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match obeyed(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// What standard input holds, if the experiment's data come from there; or a pipe or a device that is
/// named as a file is, which is read here once, and from now on stands for standard input.
pub fn standard_input(experiment: &mut Experiment) -> CommandResult<Option<Vec<u8>>> {
    let Some(name) = experiment.data.name.as_deref() else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    if name != "-" {
        if !is_read_once(Path::new(name)) {
            return Ok(None);
        }
        let _waits = Waits::begin(Path::new(name));
        File::open(name)
            .and_then(|file| read_table(file, &mut bytes))
            .map_err(|source| mlp_store::Error::Read {
                path: name.into(),
                source,
            })?;
        experiment.data.name = Some("-".to_owned());
        return Ok(Some(bytes));
    }
    if io::stdin().is_terminal() {
        return Err(Failure::usage(
            "the data are -, but nothing is piped into standard input",
        ));
    }
    read_table(io::stdin().lock(), &mut bytes)
        .map_err(|error| Failure::io("cannot read standard input", error))?;
    Ok(Some(bytes))
}

/// The first bytes, by which what is no text is told.
const LOOKED_AT: usize = 1 << 16;

/// The longest line that a table may have, with room to spare: nothing behind it is of use.
const LONGEST_LINE: usize = 1 << 27;

/// Reads a table of text to its end. What is none (a device that gives zeros without end, say) is read as far as it takes to
/// be refused.
fn read_table(from: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut from = from.take(LOOKED_AT as u64);
    loop {
        let before = bytes.len();
        from.read_to_end(bytes)?;
        let read = bytes.len() - before;
        let is_text = before > 0 || !bytes.contains(&0);
        let has_lines = bytes.len() < LONGEST_LINE || bytes.contains(&b'\n');
        if read == 0 || !is_text || !has_lines {
            return Ok(());
        }
        mlp_data::check_memory("the data that are piped in", bytes.len())
            .map_err(|error| io::Error::new(io::ErrorKind::OutOfMemory, error.to_string()))?;
        from.set_limit(bytes.len() as u64);
    }
}

/// Says after a while that nothing has come out of a pipe yet, as long as it is held.
pub struct Waits(Option<mpsc::Sender<()>>);

impl Waits {
    /// Where `path` is a pipe, from now on.
    pub fn begin(path: &Path) -> Self {
        if !is_pipe(path) {
            return Self(None);
        }
        let (ends, ended) = mpsc::channel();
        let name = path.display().to_string();
        thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                say(&format!(
                    "{name} is a pipe: waiting for what is written into it, and for its end"
                ));
            }
        });
        Self(Some(ends))
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        // The thread hears that nobody is there any more.
        self.0.take();
    }
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata()
        .is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_path: &Path) -> bool {
    false
}

/// Whether a name refers to something that can be read only once: a pipe (`<(command)` is one), a device,
/// or a file that is open here under a name that another process has for another one.
fn is_read_once(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    let opened = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
    !metadata.is_dir() && (opened || !metadata.is_file())
}

/// The SIMD level: the best that the machine has, or what `MLP_SIMD` names.
pub fn level() -> CommandResult<Level> {
    let Ok(name) = std::env::var("MLP_SIMD") else {
        return Ok(Level::best());
    };
    let level: Level = name.parse().map_err(|_| {
        Failure::usage(format!(
            "MLP_SIMD: \"{name}\" is not a level; it must be portable, avx2 or avx512"
        ))
    })?;
    if !level.is_supported() {
        return Err(Failure::usage(format!(
            "MLP_SIMD: this processor does not support {level}; its best level is {}",
            Level::best()
        )));
    }
    Ok(level)
}

/// How many threads to train on: the requested number, or all cores.
pub fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
}

//! Destinations of tables and models: standard output, a pipe or a device, or a file that
//! is written atomically and replaces no other unless `--force` is given.

pub mod deferred_writer;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use mlp_store::{WholeFile, remove_unfinished, run_directory};
use same_file::Handle;

use crate::{
    failure::{CommandResult, Failure},
    formatting, terminal,
};

/// The arguments of every command that writes one file.
#[derive(Args)]
pub struct OutFile {
    #[arg(
        long,
        short,
        value_name = "FILE",
        help = "file to write [default: standard output]"
    )]
    pub out: Option<String>,
    /// overwrite the file of --out
    #[arg(long)]
    force: bool,
}

impl OutFile {
    /// Whether the output is written atomically: a file by its name.
    pub fn is_whole(&self) -> CommandResult<bool> {
        Ok(matches!(Target::of(self.out.as_ref())?, Target::File(_)))
    }

    /// Calls `write` with the destination of `--out`, or standard output, which must not be one of the
    /// `inputs`, by any name. Returns the name of the file, if it is one.
    pub fn write(
        &self,
        inputs: &[PathBuf],
        write: impl FnOnce(&mut dyn Write) -> CommandResult,
    ) -> CommandResult<Option<&Path>> {
        match Target::of(self.out.as_ref())? {
            Target::StandardOutput => to_standard_output(inputs, write).map(|()| None),
            Target::Stream(path) => to_stream(path, inputs, write).map(|()| None),
            Target::File(path) => {
                to_file(path, self.force, inputs, write)?;
                Ok(Some(path))
            }
        }
    }
}

/// Where something is written to.
enum Target<'a> {
    StandardOutput,
    /// What is open already, or takes what comes: a pipe, a device, a file under its number.
    Stream(&'a Path),
    /// A file by its name, whatever has the name now.
    File(&'a Path),
}

impl<'a> Target<'a> {
    fn of(name: Option<&'a String>) -> CommandResult<Self> {
        let Some(name) = name else {
            return Ok(Self::StandardOutput);
        };
        let path = Path::new(name);
        let numbered = |root: &str| path.parent() == Some(Path::new(root));
        let open = ["/dev/stdout", "/dev/stderr"].contains(&name.as_str())
            || ["/dev/fd", "/proc/self/fd"].into_iter().any(numbered);
        match name.as_str() {
            "" => Err(Failure::usage("--out: the value is empty; name a file")),
            "-" | "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => Ok(Self::StandardOutput),
            _ if path.is_dir() => Err(Failure::usage(format!(
                "--out: {name} is a folder; name a file"
            ))),
            _ if open || (path.exists() && !path.is_file()) => Ok(Self::Stream(path)),
            _ => Ok(Self::File(path)),
        }
    }
}

/// Writes a file that takes its name when it is complete. A link of that name is itself replaced; its target
/// remains.
fn to_file(
    path: &Path,
    force: bool,
    inputs: &[PathBuf],
    write: impl FnOnce(&mut dyn Write) -> CommandResult,
) -> CommandResult {
    let name = path.display();
    if let Some(run) = run_directory::run_of(path) {
        return Err(Failure::usage(format!(
            "--out: {name} belongs to the run in {}, which needs it; name another file",
            formatting::shell(&run)
        )));
    }
    if Handle::from_path(path).is_ok_and(|out| is_read(&out, inputs)) {
        return Err(Failure::usage(format!(
            "--out: {name} is what is read; name another file"
        )));
    }
    let exists = || {
        Failure::usage(format!(
            "--out: {name} exists; name another file, or give --force to overwrite it"
        ))
    };
    if !force && path.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let parent = path.parent().filter(|path| !path.as_os_str().is_empty());
    remove_unfinished(parent.unwrap_or(Path::new(".")));
    let mut file = BufWriter::new(WholeFile::create(path)?);
    write(&mut file)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(path, error.into_error()))?;
    if force {
        return Ok(file.commit()?);
    }
    file.commit_new().map_err(|error| match error {
        mlp_store::Error::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
            exists()
        }
        error => error.into(),
    })
}

/// Appends to the existing destination, and replaces nothing.
fn to_stream(
    path: &Path,
    inputs: &[PathBuf],
    write: impl FnOnce(&mut dyn Write) -> CommandResult,
) -> CommandResult {
    let file = File::options().append(true).open(path);
    let mut file = file.map_err(|error| failed(path, error))?;
    // A handle of a pipe would wait for its other end once more.
    if path.is_file() && Handle::from_path(path).is_ok_and(|out| is_read(&out, inputs)) {
        return Err(Failure::usage(format!(
            "--out: {} goes into the file that is read; name another file",
            path.display()
        )));
    }
    let mut out = BufWriter::new(&mut file);
    write(&mut out)?;
    out.flush().map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: io::Error) -> Failure {
    Failure::io(&format!("cannot write {}", path.display()), error)
}

fn to_standard_output(
    inputs: &[PathBuf],
    write: impl FnOnce(&mut dyn Write) -> CommandResult,
) -> CommandResult {
    // `mlp predict model t.csv >> t.csv` would read what it writes, without an end.
    if Handle::stdout().is_ok_and(|out| is_file(&out) && is_read(&out, inputs)) {
        return Err(Failure::usage(
            "standard output goes into the file that is read; name another file",
        ));
    }
    let mut out = terminal::stdout();
    write(&mut out)?;
    out.flush()
        .map_err(|error| Failure::io("cannot write to standard output", error))
}

/// Whether an open file is one of these, where `-` is standard input.
fn is_read(out: &Handle, inputs: &[PathBuf]) -> bool {
    inputs.iter().any(|input| {
        let input = match input.as_os_str() == "-" {
            true => Handle::stdin(),
            // Nothing else is opened: a pipe would wait for its writer.
            false if input.is_file() => Handle::from_path(input),
            false => return false,
        };
        input.is_ok_and(|input| input == *out)
    })
}

fn is_file(handle: &Handle) -> bool {
    let metadata = handle.as_file().metadata();
    metadata.is_ok_and(|metadata| metadata.is_file())
}

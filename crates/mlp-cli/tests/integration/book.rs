//! The book in docs/: its commands do what its pages say, its links lead somewhere, and nothing that has a name is left out.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::mlp;

/// The top folder of the sources.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn docs() -> PathBuf {
    top().join("docs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages in the order of the table of contents.
fn chapters() -> Vec<String> {
    let summary = read(&docs().join("SUMMARY.md"));
    let links = links(&summary).into_iter().map(|(path, _)| path);
    links.filter(|path| path.ends_with(".md")).collect()
}

/// A block of a page between three backticks: what stands behind the first ones, and its lines.
struct Block<'a> {
    mark: &'a str,
    lines: Vec<&'a str>,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(mark), None) => {
                let lines = Vec::new();
                open = Some(Block { mark, lines });
            }
            (None, Some(block)) => block.lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

/// The page without its blocks and its code between single backticks.
fn prose(page: &str) -> String {
    let mut text = String::new();
    let mut within = false;
    for line in page.lines() {
        if line.starts_with("```") {
            within = !within;
        } else if !within {
            let parts = line.split('`').enumerate();
            // Code is empty here, but for that in the text of a link.
            text.extend(parts.filter(|(i, _)| i % 2 == 0).map(|(_, part)| part));
            text.push('\n');
        }
    }
    text
}

/// The targets of a page's links and pictures that are files, each with its anchor.
fn links(page: &str) -> Vec<(String, Option<String>)> {
    let text = prose(page);
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let files = targets.filter(|(target, _)| !target.contains("://"));
    let parted = files.map(|(target, _)| match target.split_once('#') {
        Some((path, anchor)) => (path.to_owned(), Some(anchor.to_owned())),
        None => (target.to_owned(), None),
    });
    parted.collect()
}

/// The anchors of a page's headings, as code hosts and mdBook make them.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut within = false;
    let headings = page.lines().filter(move |line| {
        within ^= line.starts_with("```");
        !within && line.starts_with('#')
    });
    let slug = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = text
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(slug).collect()
}

/// Every Markdown page below a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_page_is_a_chapter_of_the_book() {
    let chapters: BTreeSet<PathBuf> = chapters().iter().map(|name| docs().join(name)).collect();
    for page in pages(&docs()) {
        let is_summary = page.ends_with("SUMMARY.md");
        assert!(
            is_summary || chapters.contains(&page),
            "docs/SUMMARY.md lacks {}",
            page.display()
        );
    }
}

#[test]
fn links_and_pictures_of_the_book_lead_somewhere() {
    let mut all = pages(&docs());
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "BENCHMARKS.md",
        "CHANGELOG.md",
    ] {
        all.push(top().join(name));
    }
    let mut broken = Vec::new();
    for page in all {
        let text = read(&page);
        for (path, anchor) in links(&text) {
            let target = match path.as_str() {
                "" => page.clone(),
                path => page.parent().unwrap().join(path),
            };
            let leads = match anchor {
                _ if !target.exists() => false,
                Some(anchor) => anchors(&read(&target)).contains(&anchor),
                None => true,
            };
            if !leads {
                broken.push(format!("{}: {path}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_command_has_its_page() {
    let help = mlp().arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let lines = rest.lines().take_while(|line| !line.is_empty());
    // Descriptions go on further to the right.
    let commands = lines.filter(|line| !line[2..].starts_with(' '));
    let chapters = chapters();
    let mut count = 0;
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        let page = format!("commands/{command}.md");
        assert!(chapters.contains(&page), "docs/SUMMARY.md lacks {page}");
        let text = read(&docs().join(&page));
        assert!(text.starts_with(&format!("# mlp {command}\n")), "{page}");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn every_figure_is_explained() {
    let page = read(&docs().join("figures.md"));
    let list = mlp()
        .args(["list", "figures", "--json"])
        .output()
        .unwrap()
        .stdout;
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let figures = list.as_array().unwrap().iter();
    let names = figures.flat_map(|figure| figure["name"].as_str().unwrap().split(", "));
    let charts = mlp_plot::CHARTS.iter().map(|chart| chart.name);
    let lacking: Vec<&str> = names
        .filter(|name| !page.contains(&format!("`{name}`")))
        .chain(charts.filter(|name| !page.contains(&format!("| {name} |"))))
        .collect();
    assert!(lacking.is_empty(), "docs/figures.md lacks {lacking:?}");
}

#[test]
fn blocks_with_commands_say_whether_they_are_run() {
    let mut ignored = Vec::new();
    for chapter in chapters() {
        let page = read(&docs().join(&chapter));
        for block in blocks(&page) {
            let commands = block
                .lines
                .iter()
                .any(|line| line.trim_start_matches("$ ").starts_with("mlp "));
            match block.mark {
                "sh" | "console" => {}
                "sh,ignore" | "console,ignore" => ignored.push(chapter.clone()),
                _ => assert!(!commands, "{chapter}: {:?}", block.lines),
            }
        }
    }
    ignored.dedup();
    // Hours of work, a machine that is measured, and files of other people.
    assert_eq!(
        ignored,
        ["commands/bench.md", "maps.md", "gallery.md", "proben1.md"]
    );
}

/// Chapters whose test is elsewhere, because it makes the table that they are about: `walkthrough`.
#[cfg(unix)]
const ELSEWHERE: [&str; 1] = ["decisions.md"];

#[cfg(unix)]
#[test]
fn every_command_of_the_book_does_what_the_page_says() {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    let chapters = chapters();
    let next = AtomicUsize::new(0);
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(chapter) = chapters.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if ELSEWHERE.contains(&&chapter[..]) {
                        continue;
                    }
                    let folder = tempfile::tempdir().unwrap();
                    let found = follow::page(&read(&docs().join(chapter)), folder.path());
                    let named = found.into_iter().map(|fault| format!("{chapter}: {fault}"));
                    faults.lock().unwrap().extend(named);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[cfg(unix)]
#[test]
fn a_page_that_is_wrong_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let faults = |page: &str| follow::page(page, folder.path()).len();
    assert_eq!(
        faults("```console\n$ mlp list losses\nsquared-error ...\n...\n```"),
        0
    );
    assert_eq!(
        faults("```console\n$ mlp list losses\nsquared-error of the heart\n```"),
        1
    );
    assert_eq!(
        faults("```sh\nmlp data xor --out xor.csv\nmlp train nothing\n```"),
        1
    );
    assert_eq!(faults("```sh,ignore\nmlp train nothing\n```"), 0);
    assert!(folder.path().join("xor.csv").is_file());
}

/// How the commands of a page are run.
#[cfg(unix)]
pub(crate) mod follow {
    use std::{
        fs,
        os::unix::fs::PermissionsExt,
        path::Path,
        process::{Command, Stdio},
    };

    use super::blocks;

    /// Runs the commands of a page in order in a folder; what is not as the page shows it.
    ///
    /// A block marked `sh` is run line by line. In one marked `console` a command begins with `$ ` and may go on behind
    /// a backslash; each line below it must be among those that it prints. `...` at the end of a line stands for its
    /// rest, and alone for any lines. A block of TOML whose first line is a comment with a file's name is that file.
    pub fn page(page: &str, folder: &Path) -> Vec<String> {
        let programs = tempfile::tempdir().unwrap();
        write_program(&programs.path().join("mlp"));
        let run = |command: &str| said(command, folder, programs.path());
        let mut faults = Vec::new();
        for block in blocks(page) {
            match block.mark {
                "toml" => {
                    let name = block.lines[0].strip_prefix("# ");
                    if let Some(name) = name.filter(|name| name.ends_with(".toml")) {
                        fs::write(folder.join(name), block.lines.join("\n")).unwrap();
                    }
                }
                "sh" => faults.extend(block.lines.iter().filter_map(|line| run(line).err())),
                "console" => {
                    for step in steps(&block.lines) {
                        match run(&step.command) {
                            Ok(said) => faults.extend(step.lacking(&said)),
                            Err(fault) => faults.push(fault),
                        }
                    }
                }
                _ => {}
            }
        }
        faults
    }

    /// A command of a console, and lines that its answer has.
    struct Step<'a> {
        command: String,
        shown: Vec<&'a str>,
    }

    impl Step<'_> {
        fn lacking(&self, said: &str) -> Option<String> {
            let lines: Vec<String> = said.lines().map(plain).collect();
            let is_there = |shown: &&&str| {
                let shown = plain(shown);
                match shown.strip_suffix(" ...") {
                    Some(start) => lines.iter().any(|line| line.starts_with(start)),
                    None => lines.contains(&shown),
                }
            };
            let lacking: Vec<&str> = self
                .shown
                .iter()
                .filter(|line| !is_there(line))
                .copied()
                .collect();
            (!lacking.is_empty()).then(|| {
                format!(
                    "$ {}\nlacks\n{}\nin\n{said}",
                    self.command,
                    lacking.join("\n")
                )
            })
        }
    }

    fn steps<'a>(lines: &[&'a str]) -> Vec<Step<'a>> {
        let mut steps: Vec<Step<'_>> = Vec::new();
        for line in lines {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    command: command.to_owned(),
                    shown: Vec::new(),
                }),
                (None, Some(step)) if step.command.ends_with('\\') && step.shown.is_empty() => {
                    step.command.pop();
                    step.command.push_str(line.trim());
                }
                (None, Some(step)) if *line != "..." && !line.is_empty() => step.shown.push(line),
                (None, _) => {}
            }
        }
        steps
    }

    /// Words parted by one blank.
    fn plain(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The command under its name. What trains draws no figures unless the page asks for some: other tests draw them, and
    /// drawing takes longer than training.
    fn write_program(path: &Path) {
        let program = env!("CARGO_BIN_EXE_mlp");
        let text = format!(
            "#!/bin/sh\ncase \"$1 $*\" in\n  *--figures*|*--film*) ;;\n  \
             train*|population*|map*|run*|replay*|analyze*) exec '{program}' \"$@\" --figures none ;;\nesac\n\
             exec '{program}' \"$@\"\n"
        );
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a line of the shell, and gives everything that it says.
    fn said(line: &str, folder: &Path, programs: &Path) -> Result<String, String> {
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-ec", line])
            .current_dir(folder)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env_remove("MLP_SIMD")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        match output.status.success() {
            true => Ok(said),
            false => Err(format!("$ {line}\nfails ({})\n{said}", output.status)),
        }
    }
}

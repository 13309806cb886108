//! The table of a benchmark run.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use super::peers::Peer;
use super::worker::Measurement;
use super::workload::Workload;
use crate::command::root;

/// One workload's line.
pub struct Row {
    /// The workload.
    pub workload: Workload,
    ours: Measurement,
    peers: Vec<Peer>,
}

impl Row {
    /// What was measured of ours.
    pub fn new(workload: Workload, ours: Measurement) -> Self {
        Self {
            workload,
            ours,
            peers: Vec::new(),
        }
    }

    /// Adds what was measured of the peers.
    pub fn add_peers(&mut self, peers: Vec<Peer>) {
        self.peers = peers;
    }

    fn best_peer(&self) -> Option<&Peer> {
        self.peers.iter().max_by(|a, b| a.rate.total_cmp(&b.rate))
    }
}

/// The machine and the table, in Markdown.
pub fn table(rows: &[Row], threads: usize) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "Machine: {}, {threads} threads; engine {}.\n",
        processor(),
        mlp_core::ENGINE
    );
    text.push_str("| id | work | rate | GFLOP/s | of peak | one to all threads | peak memory | best peer | ratio | to reach |\n");
    text.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
    for row in rows {
        let ours = &row.ours;
        let peer = row.best_peer();
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} {} | {:.1} | {:.0} % | {} | {:.0} MB | {} | {} | {} |",
            row.workload,
            row.workload.description(),
            ours.rate,
            ours.unit,
            ours.flop_rate / 1e9,
            100.0 * ours.flop_rate / ours.peak,
            ours.scaling.map_or("-".into(), |s| format!("{s:.2}x")),
            ours.peak_memory as f64 / 1e6,
            peer.map_or("-".into(), |p| format!("{} {:.0}", p.way, p.rate)),
            peer.map_or("-".into(), |p| format!("{:.1}x", ours.rate / p.rate)),
            row.workload
                .ratio_to_reach()
                .map_or("-".into(), |r| format!("{r}x")),
        );
    }
    for row in rows {
        for note in &row.ours.notes {
            let _ = writeln!(text, "\n{}: {note}", row.workload);
        }
    }
    if rows.iter().any(|row| !row.peers.is_empty()) {
        text.push_str(
            "\nEvery way of the peers:\n\n| id | way | rate | ours is |\n|---|---|---|---|\n",
        );
        for row in rows {
            for peer in &row.peers {
                let accuracy = peer
                    .accuracy
                    .map_or(String::new(), |a| format!(" (test accuracy {a:.3})"));
                let ratio = row.ours.rate / peer.rate;
                let _ = writeln!(
                    text,
                    "| {} | {}{accuracy} | {:.1} {} | {ratio:.1}x |",
                    row.workload, peer.way, peer.rate, row.ours.unit
                );
            }
        }
    }
    text
}

/// Replaces the text between the markers of this name in BENCHMARKS.md.
pub fn write(name: &str, table: &str) -> Result<()> {
    let begin = format!("<!-- {name}: begin -->\n");
    let end = format!("<!-- {name}: end -->");
    let path = root().join("BENCHMARKS.md");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let (head, rest) = text
        .split_once(&begin)
        .context("BENCHMARKS.md has no begin marker")?;
    let (_, tail) = rest
        .split_once(&end)
        .context("BENCHMARKS.md has no end marker")?;
    fs::write(&path, format!("{head}{begin}{table}{end}{tail}"))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The processor's name as the system gives it.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or(std::env::consts::ARCH.to_owned(), |(_, name)| {
            name.trim().to_owned()
        })
}

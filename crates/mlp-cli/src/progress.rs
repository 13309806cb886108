//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

pub mod screen;
pub mod watching;

use std::{
    fmt::Write,
    io::IsTerminal,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use mlp_train::{Kind, NetworkSummary, Observer, Outcome, Record, ResolvedExperiment};

use crate::{formatting, terminal};

/// Plain lines come at most this often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows how far a run is.
pub struct Progress {
    shown: bool,
    terminal: bool,
    started: Instant,
    state: Mutex<State>,
    /// Finished networks, including those of an earlier process.
    networks: AtomicU64,
    /// Those of an earlier process.
    found: Arc<AtomicU64>,
}

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    total: u64,
    single: bool,
    /// The time after which the run ends, whatever is done by then.
    budget: Option<Duration>,
    last_line: Option<Instant>,
    /// What is done of networks that have not ended, counted in networks.
    parts: f64,
}

impl State {
    /// Whether it is time for another line; if so, this is it.
    fn is_due(&mut self) -> bool {
        let due = (self.last_line).is_none_or(|last| last.elapsed() >= LINE_EVERY);
        if due {
            self.last_line = Some(Instant::now());
        }
        due
    }
}

impl Progress {
    /// Progress that is shown, or not.
    pub fn new(shown: bool) -> Self {
        Self {
            shown,
            terminal: std::io::stderr().is_terminal(),
            started: Instant::now(),
            state: Mutex::default(),
            networks: AtomicU64::new(0),
            found: Arc::default(),
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = self
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bar
            .take()
        {
            bar.finish_and_clear();
        }
    }

    /// A part of the bar that follows from the rate of this process, to which what an earlier one had finished does not
    /// count, and from what is left; a dash as long as there is no rate.
    fn key(
        &self,
        text: impl Fn(f64, f64) -> String + Clone + Send + Sync + 'static,
    ) -> impl Fn(&ProgressState, &mut dyn Write) + Clone + Send + Sync + 'static {
        let (found, started) = (Arc::clone(&self.found), self.started);
        move |state: &ProgressState, to: &mut dyn Write| {
            let here = state.pos().saturating_sub(found.load(Ordering::Relaxed));
            let todo = state.len().unwrap_or(0).saturating_sub(state.pos());
            let _ = match here {
                0 => to.write_char('-'),
                here => to.write_str(&text(
                    here as f64 / started.elapsed().as_secs_f64(),
                    todo as f64,
                )),
            };
        }
    }

    /// Shows how many networks are done.
    fn show(&self, state: &mut State) {
        let done = self.networks.load(Ordering::Relaxed);
        let all = done as f64 + state.parts;
        let elapsed = self.started.elapsed();
        if let Some(bar) = &state.bar {
            if state.budget.is_some() {
                bar.set_position(millis(elapsed));
                bar.set_message(formatting::so_many(done as usize, "network"));
            } else {
                bar.set_position(all as u64);
            }
            return;
        }
        if done == state.total || all <= 0.0 || !state.is_due() {
            return;
        }
        if let Some(budget) = state.budget {
            terminal::say(&format!(
                "{}, {} of {}",
                formatting::so_many(done as usize, "network"),
                formatting::duration(elapsed.as_secs_f64()),
                formatting::duration(budget.as_secs_f64())
            ));
            return;
        }
        let here = all - self.found.load(Ordering::Relaxed) as f64;
        let rate = here / elapsed.as_secs_f64();
        let left = (state.total as f64 - all) / rate;
        terminal::say(&format!(
            "{} of {}, {}/s, {} left",
            formatting::count(done as f64),
            formatting::so_many(state.total as usize, "network"),
            formatting::rate(rate),
            formatting::duration(left)
        ));
    }
}

/// A time in the units of a bar.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The places along the axes of a map, from the horizontal one on: ` (64 x 32 cells)`.
fn grid(experiment: &ResolvedExperiment) -> String {
    if experiment.kind() != Kind::Map {
        return String::new();
    }
    let axes = experiment.axes().iter().rev();
    let lengths: Vec<String> = axes.map(|axis| axis.values.len().to_string()).collect();
    let cells = mlp_data::names::plural(experiment.cells(), "cell");
    format!(" ({} {cells})", lengths.join(" x "))
}

impl Observer for Progress {
    fn on_start(&self, experiment: &ResolvedExperiment, directory: Option<&Path>) {
        if !self.shown {
            return;
        }
        let (Ok(recipe), Ok(network_summary)) =
            (experiment.recipe(0), NetworkSummary::of(experiment))
        else {
            return;
        };
        let single = experiment.kind() == Kind::Train;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.single = single;
        state.total = if single {
            recipe.steps
        } else {
            experiment.networks()
        };
        let author = experiment.experiment();
        state.budget = author.training.stopping.time_budget.or(author.map.budget);
        if self.terminal {
            let unit = if single { "steps" } else { "networks" };
            let template = match state.budget {
                Some(budget) => {
                    state.total = millis(budget);
                    format!(
                        "{{bar:24.cyan/dim}} {{spent}} of {}  {{wide_msg}}",
                        formatting::duration(budget.as_secs_f64())
                    )
                }
                None => format!(
                    "{{bar:24.cyan/dim}} {{human_pos}}/{{human_len}} {unit}  {{rate}}  {{left}} left  {{wide_msg}}"
                ),
            };
            let style = ProgressStyle::with_template(&template)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .with_key("rate", self.key(|rate, _| formatting::rate(rate) + "/s"))
                .with_key("spent", |state: &ProgressState, to: &mut dyn Write| {
                    let spent = formatting::duration(state.elapsed().as_secs_f64());
                    let _ = to.write_str(&spent);
                })
                .with_key(
                    "left",
                    self.key(|rate, todo| formatting::duration(todo / rate)),
                );
            state.bar = Some(ProgressBar::new(state.total).with_style(style));
        } else {
            let what = match single {
                true => format!(
                    "{} for {}",
                    recipe.architecture(),
                    formatting::so_many(recipe.steps as usize, "step")
                ),
                false => format!(
                    "{}{}",
                    formatting::so_many(experiment.networks() as usize, "network"),
                    grid(experiment)
                ),
            };
            terminal::say(&format!(
                "training {what} on {}, into {}",
                network_summary.data(),
                directory.unwrap_or(Path::new("memory")).display()
            ));
            state.last_line = Some(Instant::now());
        }
    }

    fn on_resume(&self, finished: u64) {
        self.networks.store(finished, Ordering::Relaxed);
        self.found.store(finished, Ordering::Relaxed);
        if !self.shown {
            return;
        }
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.bar {
            Some(_) if state.budget.is_some() => {}
            Some(bar) => {
                bar.set_position(finished);
            }
            None => terminal::say(&format!(
                "{} are already finished",
                formatting::so_many(finished as usize, "network")
            )),
        }
    }

    fn on_warning(&self, text: &str) {
        if self.shown {
            terminal::say(&format!("warning: {text}"));
        }
    }

    fn on_interval_fold(&self, fold: usize, folds: usize) {
        if !self.shown {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let told = format!("fold {fold} of {folds} for prediction intervals");
        if let Some(bar) = &state.bar {
            bar.set_message(told);
        } else if state.is_due() {
            terminal::say(&format!("training {told}"));
        }
    }

    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if self.shown && self.terminal {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            // For many networks, the number of finished ones is more informative.
            if let Some(bar) = state.bar.as_ref().filter(|_| state.single) {
                let loss = formatting::measured(record.train.loss);
                if state.budget.is_some() {
                    bar.set_position(millis(self.started.elapsed()));
                    bar.set_message(format!(
                        "step {}  loss {loss}",
                        formatting::count(record.step as f64)
                    ));
                } else {
                    bar.set_position(record.step);
                    bar.set_message(format!("loss {loss}"));
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn on_part(&self, networks: f64) {
        if self.shown {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.parts += networks;
            // What is taken back is about to be told of as a network.
            if networks > 0.0 {
                self.show(&mut state);
            }
        }
    }

    fn on_network(&self, _outcome: &Outcome) {
        self.networks.fetch_add(1, Ordering::Relaxed);
        if self.shown {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if !state.single {
                self.show(&mut state);
            }
        }
    }
}

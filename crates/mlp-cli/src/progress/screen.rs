//! `mlp train --watch`: a training on the whole terminal while it goes on.

mod answers;
mod ascii;
mod axes;
mod drawing;
mod palette;
mod plane;
#[cfg(test)]
mod tests;
mod watched;

use std::{
    io::{self, IsTerminal, Stderr},
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use mlp_train::{Model, Observer, Record, ResolvedExperiment};
use ratatui::{
    Terminal,
    backend::CrosstermBackend,
    crossterm::{
        cursor, event,
        event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
    },
};

use self::watched::Watched;
use crate::{
    failure::{CommandResult, Failure},
    interrupt, terminal,
};

/// A picture at most this often, and as long as a key may wait.
const FRAME: Duration = Duration::from_millis(80);

/// Whether the terminal is in the screen's hands.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back as it was, wherever the process ends.
fn restore() {
    if OPEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stderr(), LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// The terminal while a training is watched. It is given back when this is dropped.
pub struct Screen {
    watched: Arc<Mutex<Watched>>,
    /// Updates so far, of which `watched` reads.
    steps: Arc<AtomicU64>,
    closes: Arc<AtomicBool>,
    drawn_by: Option<JoinHandle<()>>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Standard error is no terminal, or one that cannot be drawn on.
    pub fn open() -> CommandResult<Self> {
        let said = |reason: &str| Failure::usage(format!("--watch {reason}; leave it out"));
        if !io::stderr().is_terminal()
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
        {
            return Err(said(
                "draws on a terminal, and standard error is none that can be drawn on",
            ));
        }
        let failed = |error: io::Error| said(&format!("cannot draw on this terminal ({error})"));
        interrupt::restores_by(restore);
        enable_raw_mode().map_err(failed)?;
        OPEN.store(true, Ordering::SeqCst);
        let opened = execute!(io::stderr(), EnterAlternateScreen, cursor::Hide)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stderr())));
        let watched = Watched::default();
        let steps = Arc::clone(&watched.made);
        let watched = Arc::new(Mutex::new(watched));
        let closes = Arc::new(AtomicBool::new(false));
        let mut screen = Self {
            watched: Arc::clone(&watched),
            steps,
            closes: Arc::clone(&closes),
            drawn_by: None,
        };
        // From here on, dropping the screen gives the terminal back.
        let terminal = opened.map_err(failed)?;
        let painter = thread::Builder::new().name("screen".to_owned());
        let painter = painter.spawn(move || paint(terminal, &watched, &closes));
        screen.drawn_by = Some(painter.map_err(failed)?);
        Ok(screen)
    }

    /// Says how the training has ended, and waits until a key was pressed.
    pub fn show_end(&self, ended: &str) {
        let began = self.watched().began.is_some();
        if began && !interrupt::is_interrupted() {
            self.watched().end(ended);
            while !self.closes.load(Ordering::SeqCst) && !interrupt::is_interrupted() {
                thread::sleep(FRAME / 4);
            }
        }
    }

    fn watched(&self) -> std::sync::MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.closes.store(true, Ordering::SeqCst);
        if let Some(painter) = self.drawn_by.take() {
            let _ = painter.join();
        }
        restore();
        for note in std::mem::take(&mut self.watched().notes) {
            terminal::say(&note);
        }
    }
}

impl Observer for Screen {
    fn on_start(&self, experiment: &ResolvedExperiment, _: Option<&std::path::Path>) {
        self.watched().start(experiment);
    }

    fn on_continue(&self, step: u64) {
        self.watched().continue_from(step);
    }

    fn on_warning(&self, text: &str) {
        self.watched().notes.push(format!("warning: {text}"));
    }

    fn on_interval_fold(&self, fold: usize, folds: usize) {
        self.watched().fold = Some((fold, folds));
    }

    fn on_model(&self, _: u64, step: u64, model: &dyn Fn() -> Model) {
        let due = self.watched().wants_answers(step);
        if let Some(asked) = due {
            let answers = asked.answers(&model());
            self.watched().answered(answers);
        }
    }

    fn on_record(&self, _: u64, record: &Record) -> ControlFlow<()> {
        self.watched().record(record);
        ControlFlow::Continue(())
    }

    fn step_counter(&self) -> Option<&AtomicU64> {
        Some(&self.steps)
    }
}

/// Draws and heeds keys until the screen closes.
fn paint(
    mut terminal: Terminal<CrosstermBackend<Stderr>>,
    watched: &Mutex<Watched>,
    closes: &AtomicBool,
) {
    let palette = palette::Palette::of_terminal();
    while !closes.load(Ordering::SeqCst) {
        {
            let watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
            // A terminal that went away ends the process by a signal of its own.
            let _ = terminal.draw(|frame| drawing::draw(frame, &watched, palette));
        }
        if !matches!(event::poll(FRAME), Ok(true)) {
            continue;
        }
        if let Ok(Event::Key(key)) = event::read()
            && key.kind == KeyEventKind::Press
        {
            let over = (watched.lock().unwrap_or_else(PoisonError::into_inner))
                .ended
                .is_some();
            pressed(key, over, closes);
        }
    }
}

/// What a key does: any ends the view of a training that is over, some the training.
fn pressed(key: KeyEvent, over: bool, closes: &AtomicBool) {
    let control_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    if control_c {
        // In raw mode the terminal sends no signal.
        interrupt::signalled();
    } else if over {
        closes.store(true, Ordering::SeqCst);
    } else if key.code == KeyCode::Char('q') {
        interrupt::leave();
    }
}

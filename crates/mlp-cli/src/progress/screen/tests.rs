//! Pictures of tame and wild trainings in terminals of many sizes.

use mlp_core::Evaluation;
use mlp_train::Record;
use ratatui::{Terminal, backend::TestBackend};

use super::{
    answers::{Answers, Surface},
    drawing,
    palette::Palette,
    watched::Watched,
};

const COLORS: Palette = Palette {
    ascii: false,
    colors: Some(false),
};
const LETTERS: Palette = Palette {
    ascii: true,
    colors: None,
};

/// The text of a picture.
fn picture(watched: &Watched, (width, height): (u16, u16), palette: Palette) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| drawing::draw(frame, watched, palette))
        .unwrap();
    terminal.backend().to_string()
}

/// A training with these losses and answers.
fn watched(losses: &[f64], answers: Option<Answers>) -> Watched {
    let mut watched = Watched::default();
    "2-4-1 tanh on moons".clone_into(&mut watched.title);
    watched.steps = 100;
    watched.answers = answers;
    for (step, &loss) in losses.iter().enumerate() {
        let evaluation = Evaluation {
            loss,
            accuracy: Some(0.5),
            r2: None,
            rmse: None,
            samples: 2,
        };
        watched.record(&Record {
            step: step as u64 * 10,
            train: evaluation,
            test: Some(evaluation),
            ..Record::default()
        });
    }
    watched
}

fn plane(surface: Surface, targets: &[f64]) -> Answers {
    let point = |(index, &target): (usize, &f64)| (index as f64 / 10.0, 0.5, target);
    Answers::Plane {
        x: (0.0, 1.0),
        y: (0.0, 1.0),
        names: ["x".to_owned(), "y".to_owned()],
        columns: 4,
        surface,
        samples: targets.iter().enumerate().map(point).collect(),
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count)
        .map(|class| format!("a class with a long name {class}"))
        .collect()
}

#[test]
fn losses_answers_and_keys_are_shown() {
    let surface = Surface::Classes([[0, 0, 1, 1]; 3].concat(), names(2));
    let mut watched = watched(&[1.0, 0.5, 0.25], Some(plane(surface, &[0.0, 1.0])));
    let shown = picture(&watched, (100, 24), LETTERS);
    for text in [
        "2-4-1 tanh on moons",
        "train: loss 0.2500 accuracy 0.5000",
        "test: loss 0.2500",
        "answers over x and y",
        "step 20 of 100",
        "q: stop",
        "aaaa",
        "bbbb",
        "A",
        "B",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    assert!(shown.is_ascii(), "{shown}");
    let shown = picture(&watched, (100, 24), COLORS);
    assert!(
        shown.contains('\u{2580}') && shown.contains('\u{25cf}'),
        "{shown}"
    );
    watched.end("completed");
    assert!(picture(&watched, (100, 24), LETTERS).contains("any key"));
}

#[test]
fn wide_losses_are_logarithmic() {
    let wide = watched(&[100.0, 10.0, 1.0], None);
    assert!(picture(&wide, (60, 20), LETTERS).contains("loss (logarithmic)"));
    let narrow = watched(&[1.0, 0.9, 0.8], None);
    assert!(!picture(&narrow, (60, 20), LETTERS).contains("logarithmic"));
}

#[test]
fn small_terminals_keep_score_time_and_key() {
    let mut watched = watched(&[1.0, 0.5, 0.25], None);
    "30-16-16-1 tanh on breast-cancer".clone_into(&mut watched.title);
    watched.score = "accuracy";
    watched.began = Some(std::time::Instant::now());
    for (size, kept) in [
        (
            (80, 24),
            ["test: loss 0.2500 accuracy 0.5000", "mlp resume"],
        ),
        ((40, 10), ["test: loss 0.2500 accuracy 0.5000", "q: stop"]),
        ((24, 10), ["test: accuracy 0.5000", "q: stop"]),
    ] {
        let shown = picture(&watched, size, LETTERS);
        for text in [kept[0], kept[1], " left"] {
            assert!(shown.contains(text), "{text}\n{shown}");
        }
    }
}

#[test]
fn lines_and_classes_are_told_apart_without_colours() {
    let surface = Surface::Classes([[0, 0, 1, 1]; 3].concat(), names(60));
    let mut watched = watched(&[1.0, 0.5, 0.25], Some(plane(surface, &[0.0, 1.0])));
    for seen in &mut watched.seen {
        seen.other[0] = seen.other[0].map(|loss| 2.0 * loss);
    }
    let shown = picture(&watched, (100, 24), LETTERS);
    for text in [
        "o train  # test",
        "a a class with a l  b",
        "  +58",
        "; y 0 to 1.000",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    let plain = Palette {
        ascii: false,
        colors: None,
    };
    let shown = picture(&watched, (100, 24), plain);
    assert!(shown.contains("\u{2022} train  \u{2836} test"), "{shown}");
    let numbers = Surface::Numbers((0..12).map(f64::from).collect());
    watched.answers = Some(plane(numbers, &[]));
    let shown = picture(&watched, (100, 24), LETTERS);
    assert!(shown.contains("' ' 0  # 11.00"), "{shown}");
}

#[test]
fn steps_on_a_logarithmic_axis_say_so() {
    let mut watched = watched(&[1.0; 6], None);
    for (seen, step) in watched.seen.iter_mut().zip([0, 1, 3, 10, 30, 100]) {
        seen.step = step;
    }
    let shown = picture(&watched, (60, 20), LETTERS);
    assert!(shown.contains("step (log)"), "{shown}");
}

#[test]
fn wild_numbers_and_sizes_are_drawn() {
    let losses: [&[f64]; 6] = [
        &[],
        &[0.5],
        &[1e34, 1e-30],
        &[f64::NAN, f64::INFINITY],
        &[0.0, 0.0],
        &[1e300, -1e300],
    ];
    let numbers = vec![f64::NAN, 1e300, -1e300, f64::INFINITY, 0.0, 1.0, 2.0, 3.0];
    let answers = [
        None,
        Some(plane(Surface::Numbers(numbers), &[1e34, f64::NAN])),
        Some(plane(Surface::Numbers(vec![1.0; 8]), &[])),
        Some(plane(Surface::Classes(vec![59; 8], names(60)), &[59.0; 20])),
        Some(Answers::Confusion {
            part: "test",
            names: names(60),
            counts: vec![vec![3.0; 60]; 60],
        }),
        Some(Answers::Confusion {
            part: "test",
            names: names(3),
            counts: vec![vec![0.0; 3]; 3],
        }),
        Some(Answers::Compared {
            part: "test",
            pairs: vec![(1e34, f64::NAN), (1.0, 1.0)],
        }),
        Some(Answers::Line {
            name: "x".to_owned(),
            answer: "y".to_owned(),
            curve: vec![(0.0, f64::INFINITY), (1.0, 2.0)],
            samples: Vec::new(),
        }),
    ];
    for losses in losses {
        for answers in &answers {
            let watched = watched(losses, answers.clone());
            for size in [(1, 1), (20, 5), (71, 30), (100, 24), (250, 80), (3, 60)] {
                picture(&watched, size, COLORS);
                assert!(picture(&watched, size, LETTERS).is_ascii());
            }
        }
    }
}

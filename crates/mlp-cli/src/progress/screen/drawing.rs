//! A picture of the training: losses on the left, answers on the right, how far it is below.

use mlp_plot::Color as Rgb;
use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Gauge, Paragraph, Widget},
};

use super::{
    answers::Answers,
    ascii,
    axes::{Axes, Scale, Series},
    palette::Palette,
    plane::Plane,
    watched::Watched,
};
use crate::formatting;

/// Losses whose greatest is this many times their least are drawn on a logarithmic axis.
const WIDE: f64 = 20.0;

/// Fewer columns than this hold one chart.
const BESIDE: u16 = 72;

/// Draws all of it.
pub fn draw(frame: &mut Frame<'_>, watched: &Watched, palette: Palette) {
    let [head, middle, bar, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    let buffer = frame.buffer_mut();
    title(watched, head.width).render(head, buffer);
    let beside = middle.width >= BESIDE && watched.answers.is_some();
    let [left, right] = match beside {
        true => Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(middle),
        false if middle.height >= 20 && watched.answers.is_some() => {
            Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(middle)
        }
        false => [middle, Rect::default()],
    };
    losses(watched, palette).draw(left, buffer, palette);
    if let (Some(answers), false) = (&watched.answers, right.is_empty()) {
        draw_answers(answers, right, buffer, palette);
    }
    progress(watched, bar, buffer, palette);
    let keys = match watched.ended {
        Some(_) => ["any key: leave this view and go on", "any key: go on"].as_slice(),
        None => &[
            "q: stop here and keep the run (mlp resume continues it)",
            "q: stop, keep the run for mlp resume",
            "q: stop and keep it",
            "q: stop",
        ],
    };
    let keys = fitting(foot.width, keys.iter().map(|keys| (*keys).to_owned()));
    let faint = Style::new().add_modifier(Modifier::DIM);
    Line::styled(keys, faint).render(foot, buffer);
    if palette.ascii {
        ascii::plain(buffer);
    }
}

/// The first of these texts that is no wider, else the last.
fn fitting(width: u16, texts: impl IntoIterator<Item = String>) -> String {
    let mut last = String::new();
    for text in texts {
        if Line::raw(&*text).width() <= usize::from(width) {
            return text;
        }
        last = text;
    }
    last
}

/// A measured number in four digits, also just below 1.
fn short(number: f64) -> String {
    match (0.9999..1.0).contains(&number) {
        true => "0.9999".to_owned(),
        false => formatting::measured(number),
    }
}

/// The network and its scores. Where the line is short, those of the part that judges stay the longest.
fn title(watched: &Watched, width: u16) -> Line<'_> {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let name = &watched.title;
    let Some(last) = watched.seen.last() else {
        return Line::styled(name.as_str(), bold);
    };
    let loss = |[loss, _]: [Option<f64>; 2]| format!("loss {}", loss.map_or("-".to_owned(), short));
    let score = |[_, score]: [Option<f64>; 2]| {
        score.map(|score| format!("{} {}", watched.score, short(score)))
    };
    let both = |seen| match score(seen) {
        Some(score) => format!("{} {score}", loss(seen)),
        None => loss(seen),
    };
    let train = last.train;
    let scores = match watched.other {
        Some(other) => {
            let judged = format!("{other}: {}", both(last.other));
            vec![
                (true, format!("  train: {}  {judged}", both(train))),
                (true, format!("  train: {}  {judged}", loss(train))),
                (true, format!("  {judged}")),
                (false, format!("train: {}  {judged}", loss(train))),
                (false, judged),
                (
                    false,
                    format!("{other}: {}", score(last.other).unwrap_or(loss(last.other))),
                ),
            ]
        }
        None => vec![
            (true, format!("  train: {}", both(train))),
            (false, format!("train: {}", both(train))),
            (false, score(train).unwrap_or(loss(train))),
        ],
    };
    let whole = |(named, scores): &(bool, String)| match named {
        true => format!("{name}{scores}"),
        false => scores.clone(),
    };
    let text = fitting(width, scores.iter().map(whole));
    match text.strip_prefix(name.as_str()).map(str::to_owned) {
        Some(scores) if !name.is_empty() => {
            Line::from(vec![Span::styled(name.as_str(), bold), Span::raw(scores)])
        }
        _ => Line::raw(text),
    }
}

/// How far it is, from the longest text to the shortest: the time left stays the longest, or how it ended.
fn labels(watched: &Watched) -> Vec<String> {
    let [step, steps] =
        [watched.step(), watched.steps].map(|steps| formatting::count(steps as f64));
    let (long, brief) = (format!("step {step} of {steps}"), format!("{step}/{steps}"));
    let rate = watched.rate();
    let paced = rate.map_or_else(String::new, |rate| {
        format!("  {} steps/s", formatting::rate(rate))
    });
    if let Some(ended) = &watched.ended {
        return vec![
            format!("{long}{paced}  {ended}"),
            format!("{long}  {ended}"),
            format!("{brief}  {ended}"),
            ended.clone(),
        ];
    }
    let fold = watched
        .fold
        .map(|(fold, folds)| format!("  fold {fold} of {folds}"));
    let fold = fold.unwrap_or_default();
    let purpose = match watched.fold {
        Some(_) => " for prediction intervals",
        None => "",
    };
    let Some(rate) = rate else {
        return vec![
            format!("{long}{fold}{purpose}"),
            format!("{brief}{fold}"),
            brief,
        ];
    };
    let elapsed = watched.elapsed().as_secs_f64();
    let by_steps = watched.steps.saturating_sub(watched.step()) as f64 / rate;
    let left = match watched.budget {
        Some(budget) => by_steps.min((budget.as_secs_f64() - elapsed).max(0.0)),
        None => by_steps,
    };
    let left = format!("{} left", formatting::duration(left));
    vec![
        format!("{long}{paced}  {left}{fold}{purpose}"),
        format!("{long}{paced}  {left}{fold}"),
        format!("{long}  {left}{fold}"),
        format!("{brief}  {left}{fold}"),
        format!("{brief}  {left}"),
        left,
    ]
}

/// The bar, with rate and time left.
fn progress(watched: &Watched, area: Rect, buffer: &mut Buffer, palette: Palette) {
    let label = fitting(area.width, labels(watched));
    Gauge::default()
        .ratio(watched.share())
        .label(label)
        .use_unicode(!palette.ascii)
        .gauge_style(match palette.colors {
            Some(_) => Style::new().fg(Color::Cyan).bg(Color::DarkGray),
            None => Style::new().add_modifier(Modifier::REVERSED),
        })
        .render(area, buffer);
}

fn losses(watched: &Watched, palette: Palette) -> Axes {
    let seen = &watched.seen;
    let number = |name: usize| {
        seen.iter()
            .filter_map(move |seen| {
                if name == 0 {
                    seen.train[0]
                } else {
                    seen.other[0]
                }
            })
            .filter(|loss| loss.is_finite())
    };
    let all = || number(0).chain(number(1));
    let (low, high) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
    );
    let log_y = low > 0.0 && high > WIDE * low;
    // Steps that are recorded ever farther apart are drawn so.
    let gaps = |at: usize| seen.get(at + 1).map_or(0, |next| next.step - seen[at].step);
    let log_x = seen.len() > 3 && gaps(seen.len() - 2) > 4 * gaps(0);
    let x = |step: u64| match log_x {
        true => (step as f64).ln_1p(),
        false => step as f64,
    };
    let y = |loss: f64| if log_y { loss.log10() } else { loss };
    let line = |index: usize, name: &str, color: Rgb| Series {
        name: name.to_owned(),
        color: palette.color(color),
        line: true,
        points: seen
            .iter()
            .filter_map(|seen| {
                let loss = if index == 0 {
                    seen.train[0]
                } else {
                    seen.other[0]
                }?;
                loss.is_finite().then(|| (x(seen.step), y(loss)))
            })
            .collect(),
    };
    let mut series = vec![line(0, "train", mlp_plot::category_color(0))];
    if let Some(other) = watched.other {
        series.push(line(1, other, mlp_plot::category_color(1)));
    }
    let numbers = |of: fn(&(f64, f64)) -> f64| {
        let all = series
            .iter()
            .flat_map(move |series| series.points.iter().map(of));
        all.collect::<Vec<_>>().into_iter()
    };
    Axes {
        title: if log_y { "loss (logarithmic)" } else { "loss" }.to_owned(),
        x: Scale::over(
            if log_x { "step (log)" } else { "step" },
            numbers(|point| point.0),
            match log_x {
                true => |place| place.exp_m1().round(),
                false => f64::round,
            },
        )
        .of_whole(),
        y: Scale::over(
            "",
            numbers(|point| point.1),
            match log_y {
                true => |place| 10f64.powf(place),
                false => |place| place,
            },
        ),
        series,
    }
}

fn draw_answers(answers: &Answers, area: Rect, buffer: &mut Buffer, palette: Palette) {
    let blue = palette.color(mlp_plot::category_color(0));
    let orange = palette.color(mlp_plot::category_color(1));
    match answers {
        Answers::Plane {
            names,
            columns,
            surface,
            samples,
            x,
            y,
        } => {
            let over = |axis: usize, (low, high): (f64, f64)| {
                format!("{} {} to {}", names[axis], short(low), short(high))
            };
            // Across below, up above.
            let up = over(1, *y);
            let title = fitting(
                area.width.saturating_sub(2),
                [
                    format!("answers over {} and {}; {up}", names[0], names[1]),
                    format!("answers; {up}"),
                    up,
                ],
            );
            let block = Block::bordered().title(title).title_bottom(over(0, *x));
            let inner = block.inner(area);
            block.render(area, buffer);
            let [key, inner] =
                Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
            let plane = Plane {
                columns: *columns,
                surface,
                samples,
                x: *x,
                y: *y,
            };
            plane.key(key.width, palette).render(key, buffer);
            plane.draw(inner, buffer, palette);
        }
        Answers::Line {
            name,
            answer,
            curve,
            samples,
        } => Axes {
            title: format!("{answer} over {name}"),
            x: Scale::over(name, curve.iter().map(|point| point.0), |place| place),
            y: Scale::over(
                "",
                curve.iter().chain(samples).map(|point| point.1),
                |place| place,
            ),
            series: vec![
                Series {
                    name: "samples".to_owned(),
                    color: orange,
                    line: false,
                    points: samples.clone(),
                },
                Series {
                    name: "network".to_owned(),
                    color: blue,
                    line: true,
                    points: curve.clone(),
                },
            ],
        }
        .draw(area, buffer, palette),
        Answers::Compared { part, pairs } => {
            let all = || pairs.iter().flat_map(|pair| [pair.0, pair.1]);
            let x = Scale::over("true", all(), |place| place);
            Axes {
                title: format!("predicted against true, {part} part"),
                series: vec![
                    Series {
                        name: "samples".to_owned(),
                        color: blue,
                        line: false,
                        points: pairs.clone(),
                    },
                    Series {
                        name: "equal".to_owned(),
                        color: palette.color(Rgb::rgb(128, 128, 128)),
                        line: true,
                        points: vec![(x.range.0, x.range.0), (x.range.1, x.range.1)],
                    },
                ],
                x,
                y: Scale::over("", all(), |place| place),
            }
            .draw(area, buffer, palette);
        }
        Answers::Confusion {
            part,
            names,
            counts,
        } => confusion(part, names, counts, area, buffer),
    }
}

/// The classes most often taken for others, or for few classes the whole matrix.
fn confusion(part: &str, names: &[String], counts: &[Vec<f64>], area: Rect, buffer: &mut Buffer) {
    let block = Block::bordered();
    let inner = block.inner(area);
    let longest = names.iter().map(|name| name.chars().count()).max();
    let column = longest.unwrap_or(1).clamp(5, 12) + 1;
    let cut = |name: &str| name.chars().take(column - 1).collect::<String>();
    let fits = column * (names.len() + 1) <= usize::from(inner.width)
        && names.len() + 2 <= usize::from(inner.height);
    let mut lines = Vec::new();
    if fits {
        let mut head = format!("{:>column$}", "true");
        for name in names {
            head += &format!("{:>column$}", cut(name));
        }
        lines.push(head);
        for (name, row) in names.iter().zip(counts) {
            let mut line = format!("{:>column$}", cut(name));
            for count in row {
                line += &format!("{:>column$}", formatting::count(*count));
            }
            lines.push(line);
        }
    } else {
        let mut wrong: Vec<(f64, usize, usize)> = Vec::new();
        for (truth, row) in counts.iter().enumerate() {
            for (taken, &count) in row.iter().enumerate() {
                if truth != taken && count > 0.0 {
                    wrong.push((count, truth, taken));
                }
            }
        }
        wrong.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        if wrong.is_empty() {
            lines.push("no sample is taken for another class".to_owned());
        }
        for (count, truth, taken) in wrong.into_iter().take(usize::from(inner.height)) {
            lines.push(format!(
                "{} taken for {}: {}",
                names[truth],
                names[taken],
                formatting::count(count)
            ));
        }
    }
    let title = match fits {
        true => format!("predicted class (across) and true class, {part} part"),
        false => format!("classes taken for others, {part} part"),
    };
    let lines: Vec<Line<'_>> = lines.into_iter().map(Line::from).collect();
    Paragraph::new(lines)
        .block(block.title(title))
        .render(area, buffer);
}

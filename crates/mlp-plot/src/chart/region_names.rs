//! Names of many classes in their regions of a plane: colours repeat after a dozen, so that a legend would tell nobody which
//! of five blue regions is whose.

use super::plane_grid::PlaneGrid;
use crate::color::PALETTE;
use crate::font::{fit_name, text_width};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{INK, TICK, WHITE};

/// The widest name.
const LONGEST: f64 = 110.0;
/// Free space around a name.
const GAP: f64 = 2.0;

/// Whether so many classes have their names in their regions instead of in the legend.
pub(super) fn stand_in_regions(classes: usize) -> bool {
    classes > PALETTE
}

/// What is said of so many classes below the title.
pub(super) fn in_words(classes: usize) -> String {
    format!("{classes} classes, named in their regions where there is room.")
}

/// The class of the largest of the probabilities at every point; `None` where one is unknown.
fn winners(probabilities: &[f64], classes: usize) -> Vec<Option<usize>> {
    let winner = |cell: &[f64]| {
        let best = (0..classes).reduce(|a, b| if cell[b] > cell[a] { b } else { a })?;
        cell.iter().all(|p| !p.is_nan()).then_some(best)
    };
    probabilities.chunks_exact(classes).map(winner).collect()
}

/// How many points in a row, a column or both lie between each and the edge of its region.
fn depths(grid: &PlaneGrid, winners: &[Option<usize>]) -> Vec<usize> {
    let (columns, rows) = (grid.columns, grid.rows);
    let mut depths = vec![0; winners.len()];
    // From either end in turn: a point is one deeper than the shallowest of those around it that were passed.
    for forwards in [true, false] {
        for step in 0..winners.len() {
            let at = if forwards {
                step
            } else {
                winners.len() - 1 - step
            };
            let (column, row) = (at % columns, at / columns);
            if column == 0 || row == 0 || column + 1 == columns || row + 1 == rows {
                continue;
            }
            let passed = match forwards {
                true => [at - 1, at - columns, at - columns - 1, at - columns + 1],
                false => [at + 1, at + columns, at + columns + 1, at + columns - 1],
            };
            let inner = passed.iter().all(|other| winners[*other] == winners[at]);
            let around = passed.iter().map(|other| depths[*other]).min();
            let depth = around.filter(|_| inner).map_or(0, |depth| depth + 1);
            depths[at] = match forwards {
                true => depth,
                false => depths[at].min(depth),
            };
        }
    }
    depths
}

/// Writes the name of each class in the middle of the widest part of its region, the widest first, unless another stands there.
pub(super) fn draw(
    scene: &mut Scene,
    plot: Area,
    (grid, probabilities): (&PlaneGrid, &[f64]),
    names: &[String],
) {
    let winners = winners(probabilities, names.len());
    let depths = depths(grid, &winners);
    let mut deepest: Vec<Option<usize>> = vec![None; names.len()];
    for (at, class) in winners.iter().enumerate() {
        if let Some(class) = *class
            && deepest[class].is_none_or(|other| depths[at] > depths[other])
        {
            deepest[class] = Some(at);
        }
    }
    let mut places: Vec<(usize, usize)> = (deepest.into_iter().enumerate())
        .filter_map(|(class, at)| Some((class, at?)))
        .collect();
    places.sort_by_key(|(class, at)| (std::cmp::Reverse(depths[*at]), *class));
    // What is written already keeps its place.
    let written: Vec<Area> = scene.texts().into_iter().map(|(_, area)| area).collect();
    let mut taken: Vec<Area> = Vec::new();
    let mut texts = Vec::new();
    for (class, at) in places {
        let name = fit_name(&names[class], TICK, false, LONGEST);
        let half = text_width(&name, TICK, false) / 2.0 + 2.0 * GAP;
        if name.trim().is_empty() || 2.0 * half > plot.width() {
            continue;
        }
        let along = |index: usize, points: usize| index as f64 / (points - 1) as f64;
        let x = plot.left + along(at % grid.columns, grid.columns) * plot.width();
        let y = plot.bottom - along(at / grid.columns, grid.rows) * plot.height();
        let x = x.clamp(plot.left + half, plot.right - half);
        let text = Text::new(x, y, name, TICK).anchor(Anchor::Middle).centred();
        let ground = text.bounds().inset(-GAP);
        let inside = ground.top >= plot.top && ground.bottom <= plot.bottom;
        let mut others = taken.iter().chain(&written);
        if inside && !others.any(|other| other.overlaps(&ground)) {
            taken.push(ground);
            texts.push(text);
        }
    }
    for (ground, text) in taken.into_iter().zip(texts) {
        scene.rectangle(ground, WHITE.with_alpha(0.72));
        scene.text(text.color(INK));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Size;

    fn grid(columns: usize, rows: usize) -> PlaneGrid {
        PlaneGrid {
            x_label: "x".into(),
            y_label: "y".into(),
            x_range: (0.0, 1.0),
            y_range: (0.0, 1.0),
            columns,
            rows,
        }
    }

    #[test]
    fn the_middle_of_a_region_is_its_deepest_point() {
        let winners = vec![Some(0); 35];
        let found = depths(&grid(7, 5), &winners);
        let deepest = (0..35).max_by_key(|at| (found[*at], 35 - at)).unwrap();
        assert_eq!((found[0], found[8], found[deepest]), (0, 1, 2));
        assert_eq!(deepest / 7, 2);
        // An unknown point parts regions.
        let mut parted = winners;
        parted[17] = None;
        assert!(depths(&grid(7, 5), &parted).iter().all(|depth| *depth <= 1));
    }

    #[test]
    fn each_name_stands_in_its_region_and_none_over_another() {
        let grid = grid(60, 31);
        let classes = 20;
        let mut probabilities = vec![0.0; grid.len() * classes];
        for at in 0..grid.len() {
            probabilities[at * classes + at % 60 / 3] = 1.0;
        }
        let names: Vec<String> = (0..classes).map(|class| format!("c{class}")).collect();
        let plot = Area::new(0.0, 0.0, 900.0, 300.0);
        let written = |width: f64| {
            let mut scene = Scene::new(Size::new(900, 300), "").unwrap();
            let plot = Area::new(0.0, 0.0, width, 300.0);
            draw(&mut scene, plot, (&grid, &probabilities), &names);
            let texts = scene.texts().into_iter();
            texts
                .map(|(text, area)| (text.to_owned(), area))
                .collect::<Vec<_>>()
        };
        let all = written(plot.width());
        assert_eq!(all.len(), classes);
        for (text, area) in all {
            let class: f64 = text[1..].parse().unwrap();
            let middle = (area.left + area.right) / 2.0;
            assert!(
                (middle - (class + 0.5) * 45.0).abs() < 30.0,
                "{text} {area:?}"
            );
        }
        let some = written(300.0);
        assert!((5..classes).contains(&some.len()));
        for (i, (_, area)) in some.iter().enumerate() {
            assert!(some[..i].iter().all(|(_, other)| !area.overlaps(other)));
        }
    }
}

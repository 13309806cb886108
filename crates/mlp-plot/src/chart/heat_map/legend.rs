//! What the legend of a map says, and that of the facets of one.

use super::HeatMap;
use crate::header::{LegendEntry, Swatch};
use crate::scale::Mapping;
use crate::theme::{DIVERGED, DIVERGED_HATCH};
use crate::ticks::{format_count, format_value};

/// Cells of some kind, and all that count.
struct Counter<'a> {
    maps: &'a [HeatMap],
}

impl Counter<'_> {
    fn of(&self, kind: impl Fn(&HeatMap, usize) -> bool) -> usize {
        let cells = |map: &HeatMap| map.counted().filter(|cell| kind(map, *cell)).count();
        self.maps.iter().map(cells).sum()
    }

    fn entry(&self, swatch: Swatch, what: &str, cells: usize) -> Option<LegendEntry> {
        let share = 100.0 * cells as f64 / self.of(|_, _| true) as f64;
        let plural = if cells == 1 { "" } else { "s" };
        let all = self.maps.iter().all(|map| map.computed.is_empty());
        let computed = if all { "" } else { "computed " };
        let count = format_count(cells as u64);
        let name = format!("{what}: {count} {computed}cell{plural} ({share:.1} %)");
        (cells > 0).then(|| LegendEntry::new(swatch, name))
    }
}

impl HeatMap {
    pub(super) fn legend(&self, numbered: bool) -> Vec<LegendEntry> {
        Self::legend_of(std::slice::from_ref(self), &self.color_mapping(), numbered)
    }

    /// The best cell in words.
    fn best_name(&self) -> Option<String> {
        let (i, j) = self.best_cell()?;
        let value = format_value(self.values[j * self.x.len() + i]);
        let (x, y) = (&self.x, &self.y);
        let (at_x, at_y) = (x.place_name(i), y.place_name(j));
        Some(format!("{value} at {} {at_x}, {} {at_y}", x.label, y.label))
    }

    /// The map with the best cell of all.
    fn with_best(maps: &[HeatMap]) -> Option<&HeatMap> {
        let value = |map: &HeatMap| {
            let (i, j) = map.best_cell()?;
            Some(map.values[j * map.x.len() + i])
        };
        let found = maps.iter().filter_map(|map| Some((map, value(map)?)));
        let best = found.reduce(|best, next| match best.0.is_better(next.1, best.1) {
            true => next,
            false => best,
        });
        best.map(|(map, _)| map)
    }

    /// The legend of maps with these colours, whose cells show their numbers or not: their best cell, and the counts of all.
    pub(in crate::chart) fn legend_of(
        maps: &[HeatMap],
        colors: &Mapping,
        numbered: bool,
    ) -> Vec<LegendEntry> {
        let Some(first) = maps.first() else {
            return Vec::new();
        };
        let counter = Counter { maps };
        let best = Self::with_best(maps).and_then(|map| {
            let name = match maps.len() {
                1 => format!("best: {}", map.best_name()?),
                _ => format!(
                    "best of each panel; of all: {}, {}",
                    map.best_name()?,
                    map.title
                ),
            };
            let mark = match numbered {
                true => Swatch::BestNumber,
                false => Swatch::Best,
            };
            Some(LegendEntry::new(mark, name))
        });
        let lost = &first.diverged_label;
        let hatched =
            |map: &HeatMap, cell| map.without_color(cell) == Some((DIVERGED, DIVERGED_HATCH));
        let diverged = counter.entry(Swatch::Diverged, lost, counter.of(hatched));
        let by_some = format!("{lost} by some seeds");
        let mixed = counter.of(HeatMap::is_mixed);
        let mixed = counter.entry(Swatch::Mixed, &by_some, mixed);
        // Red cells are counted above.
        let exploded = |map: &HeatMap, cell| map.has_exploded(cell) && !map.is_mixed(cell);
        let with_value = |map: &HeatMap, cell| exploded(map, cell) && !map.is_diverged(cell);
        let what = match counter.of(with_value) {
            0 => "exploded",
            _ => "with exploded networks",
        };
        let exploded = counter.entry(Swatch::Exploded, what, counter.of(exploded));
        let missing = maps.iter().flat_map(|map| {
            let cells = 0..map.values.len();
            cells.filter(|cell| map.is_missing(*cell))
        });
        let missing = missing.count();
        let all: usize = maps.iter().map(|map| map.values.len()).sum();
        let share = 100.0 * missing as f64 / all as f64;
        let [cells, all] = [missing, all].map(|cells| format_count(cells as u64));
        let name = format!("not trained yet: {cells} of {all} cells ({share:.1} %)");
        let missing = (missing > 0).then(|| LegendEntry::new(Swatch::Missing, name));
        let beyond = maps.iter().map(|map| map.beyond(colors));
        let (below, above) = beyond.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        let end = |at: f64| Swatch::Box(first.color_map.at(at));
        let below = counter.entry(end(0.0), "below the bar", below);
        let above = counter.entry(end(1.0), "above the bar", above);
        let entries = [best, diverged, mixed, exploded, missing, below, above];
        entries.into_iter().flatten().collect()
    }
}

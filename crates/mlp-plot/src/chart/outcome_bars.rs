//! Success rates of settings, each with its interval.

use mlp_statistics::Proportion;

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::font::text_width;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scale::Mapping;
use crate::scene::{Area, Scene, Text};
use crate::theme::{INK, SOFT_INK, TICK};
use crate::ticks::format_count;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "outcome bars",
    description: "shares of networks as bars with intervals",
    least: Size::new(360, 300),
    sample,
};

/// Results of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeBar {
    /// The setting.
    pub name: String,
    /// Networks that succeeded.
    pub successes: u64,
    /// Networks trained.
    pub trials: u64,
}

/// Success rates as horizontal bars with Wilson's 95 % intervals. The axis begins at 0 and ends at 100 %, or
/// earlier where all intervals end below half.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeBars {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis, such as `share solved (%)`.
    pub x_label: String,
    /// Label of the settings.
    pub y_label: String,
    /// The settings, from the top.
    pub bars: Vec<OutcomeBar>,
}

fn share_text(bar: &OutcomeBar) -> String {
    if bar.trials == 0 {
        return "no network".to_string();
    }
    let share = 100.0 * bar.successes.min(bar.trials) as f64 / bar.trials as f64;
    let [successes, trials] = [bar.successes, bar.trials].map(format_count);
    format!("{share:.1} %  ({successes} of {trials})")
}

/// Wilson's 95 % interval of a bar; the whole range without trials.
fn interval(bar: &OutcomeBar) -> (f64, f64) {
    let share = Proportion {
        successes: bar.successes.min(bar.trials),
        trials: bar.trials,
    };
    share.interval().unwrap_or((0.0, 1.0))
}

/// The end of the axis, in percent, so that small shares can be distinguished.
fn axis_end(bars: &[OutcomeBar]) -> f64 {
    let highest = bars
        .iter()
        .filter(|bar| bar.trials > 0)
        .map(|bar| 100.0 * interval(bar).1)
        .fold(0.0, f64::max);
    let ends = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
    let end = ends
        .into_iter()
        .find(|end| (f64::MIN_POSITIVE..=*end).contains(&highest));
    end.unwrap_or(100.0)
}

impl Chart for OutcomeBars {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        if self.bars.is_empty() {
            nothing(
                &mut scene,
                &self.title,
                &self.subtitle,
                "There is no setting to compare.",
            );
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        // Rows too narrow for text have only the bar; where the counts would take much of the width, the share stands alone.
        let written = area.height() / self.bars.len() as f64 >= TICK * 1.6;
        let widest = |text: &dyn Fn(&OutcomeBar) -> String| {
            let widths = self.bars.iter().map(|b| text_width(&text(b), TICK, false));
            widths.fold(0.0, f64::max)
        };
        let short = widest(&share_text) > 0.25 * area.width();
        let text = |bar: &OutcomeBar| match (written, share_text(bar)) {
            (false, _) => String::new(),
            (true, text) if short => text.split("  ").next().unwrap_or_default().to_owned(),
            (true, text) => text,
        };
        let widest = widest(&text);
        let cell = Area::new(area.left, area.top, area.right - widest - 4.0, area.bottom);
        let names: Vec<String> = self.bars.iter().rev().map(|b| b.name.clone()).collect();
        let end = axis_end(&self.bars);
        let x = Axis::new(&self.x_label, Mapping::exactly(0.0, end));
        let panel = Panel::new(cell, "", x, Axis::of_names(&self.y_label, &names), false);
        let plot = panel.plot;
        panel.grid(&mut scene);
        let slot = plot.height() / self.bars.len() as f64;
        let half = (slot * 0.34).min(16.0);
        for (i, bar) in self.bars.iter().enumerate() {
            let y = plot.top + (i as f64 + 0.5) * slot;
            let at = |share: f64| plot.left + (100.0 * share / end).clamp(0.0, 1.0) * plot.width();
            if bar.trials > 0 {
                let share = bar.successes as f64 / bar.trials as f64;
                let fill = category_color(0).with_alpha(0.55);
                scene.rectangle(Area::new(plot.left, y - half, at(share), y + half), fill);
                let (low, high) = interval(bar);
                let (low, high) = (at(low), at(high));
                let cap = (half * 0.5).max(2.0);
                scene.segment((low, y), (high, y), INK, 1.4);
                scene.segment((low, y - cap), (low, y + cap), INK, 1.4);
                scene.segment((high, y - cap), (high, y + cap), INK, 1.4);
            }
            if slot >= TICK * 1.3 {
                let text = Text::new(plot.right + 10.0, y, text(bar), TICK);
                scene.text(text.color(SOFT_INK).centred());
            }
        }
        panel.axes(&mut scene);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, _: Size, usual: Size) -> u32 {
        // It is as high as its rows are.
        usual.height
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let bars = (0..sampler.count(60)).map(|_| OutcomeBar {
        name: name.clone(),
        successes: sampler.below(50) as u64,
        trials: sampler.below(50) as u64,
    });
    let chart = OutcomeBars {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name.clone(),
        bars: bars.collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_with_their_counts() {
        let bar = |successes, trials| OutcomeBar {
            name: "h=2".into(),
            successes,
            trials,
        };
        assert_eq!(share_text(&bar(176, 1000)), "17.6 %  (176 of 1,000)");
        assert_eq!(share_text(&bar(0, 0)), "no network");
        assert_eq!(axis_end(&[bar(0, 0)]), 100.0);
        // Wilson's interval of 5 of 100 ends at 11.2 %.
        for (successes, end) in [(0, 5.0), (5, 20.0), (30, 50.0), (60, 100.0)] {
            assert_eq!(axis_end(&[bar(successes, 100), bar(0, 0)]), end);
        }
    }
}

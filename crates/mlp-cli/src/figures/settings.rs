//! Which networks may share a curve: those of one cell of a sweep, since the median of unlike cells is that of none.

use mlp_plot::Quantiles;

use super::trends::{Selection, Trends};
use super::{View, describe};

/// The most settings of a sweep that one chart shows, and the most columns or panels that the other keys make.
pub const MOST_SETTINGS: usize = 8;
const MOST_OTHERS: usize = 6;

/// The axes whose cells are unlike: folds and seeds of the data are draws of one setting, and where cells are drawn at
/// random, all of them are a sample of one range.
pub fn unlike(view: &View) -> Vec<usize> {
    let experiment = view.experiment();
    if experiment.is_drawn() {
        return Vec::new();
    }
    let axes = experiment.axes().iter().enumerate();
    let unlike = axes.filter(|(_, axis)| {
        let column = axis.key.column();
        axis.values.len() > 1 && !is_draw(&column)
    });
    unlike.map(|(index, _)| index).collect()
}

/// Whether the values of a key are draws of one setting.
pub fn is_draw(column: &str) -> bool {
    ["fold", "data_seed"].contains(&column)
}

/// One setting of all unlike keys but some.
pub struct Others {
    /// Its name; empty where there is no other key.
    pub name: String,
    settings: Vec<(usize, usize)>,
}

impl Others {
    /// Every setting of the unlike keys but `but`, or why there is no chart of them.
    pub fn but(view: &View, but: usize) -> Result<Vec<Self>, String> {
        let axes = view.experiment().axes();
        let mut all = vec![Self {
            name: String::new(),
            settings: Vec::new(),
        }];
        for index in unlike(view).into_iter().filter(|index| *index != but) {
            let values = 0..axes[index].values.len();
            all = all
                .iter()
                .flat_map(|others| {
                    values.clone().map(|value| {
                        let name = describe::setting(&axes[index], value);
                        let comma = if others.name.is_empty() { "" } else { ", " };
                        Self {
                            name: format!("{}{comma}{name}", others.name),
                            settings: [&others.settings[..], &[(index, value)]].concat(),
                        }
                    })
                })
                .collect();
        }
        let key = describe::label(&axes[but].key.column());
        let sketched = matches!(view.trends(), Trends::Sketched(_));
        match all.len() {
            1 => Ok(all),
            _ if sketched => Err(format!(
                "not by {key}, since of so many networks the statistics over steps are by one key alone"
            )),
            2..=MOST_OTHERS => Ok(all),
            count => Err(format!(
                "not by {key}, since the other keys have {count} settings, more than {MOST_OTHERS}"
            )),
        }
    }

    /// The distribution of a metric over steps of these networks that have a value of the axis, too.
    pub fn trend(
        &self,
        view: &View,
        metric: &str,
        axis: usize,
        value: usize,
    ) -> Option<Vec<Quantiles>> {
        if self.settings.is_empty() {
            let own = &view.experiment().axes()[axis];
            return view.trend(metric, Selection::Setting(own, axis, value));
        }
        let settings = [&self.settings[..], &[(axis, value)]].concat();
        view.trend(metric, Selection::Settings(&settings))
    }
}

/// Why curves of a population are not drawn, where some are not.
pub fn left_out(view: &View) -> Option<String> {
    let axes = view.experiment().axes();
    let unlike = unlike(view);
    let reasons = unlike.iter().filter_map(|&index| {
        let key = describe::label(&axes[index].key.column());
        match (axes[index].values.len(), Others::but(view, index)) {
            (count, _) if count > MOST_SETTINGS => Some(format!(
                "not by {key}, which has {count} values, more than {MOST_SETTINGS}"
            )),
            (_, others) => others.err(),
        }
    });
    let reasons: Vec<String> = reasons.collect();
    let all = reasons.len() == unlike.len();
    (!reasons.is_empty()).then(|| {
        format!(
            "Curves over steps are drawn for networks of one cell, for the median of unlike cells is that of none: {}{}.",
            reasons.join("; "),
            if all { "; the scatters and the norms against each key show the last records" } else { "" }
        )
    })
}

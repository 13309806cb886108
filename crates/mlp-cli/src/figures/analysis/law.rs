//! Laws between two numbers in words.

use mlp_train::analysis::{Decided, Law};

use crate::formatting;

/// A law as an equation with its R².
pub fn equation(law: &Law) -> String {
    let line = match &law.line {
        Ok(line) => line,
        Err(none) => return none.to_string(),
    };
    let [x, y] = &law.axes;
    let sign = if line.intercept < 0.0 { '-' } else { '+' };
    let fit = line.r_squared.map_or_else(
        || "y does not vary".to_owned(),
        |r| format!("R² {}", share(r)),
    );
    let few = law.decided.map_or_else(String::new, |decided| {
        let points = formatting::so_many(decided.by as usize, "point");
        let decide = if decided.by == 1 { "decides" } else { "decide" };
        let slope = decided.without.map_or_else(
            || "which alone differ from the others".to_owned(),
            |slope| format!("without which the slope is {}", formatting::measured(slope)),
        );
        format!(
            "; {points} of {} {decide} it, {slope}",
            formatting::count(law.points as f64)
        )
    });
    format!(
        "{y} = {} {x} {sign} {}, {fit}{few}",
        formatting::measured(line.slope),
        formatting::measured(line.intercept.abs())
    )
}

/// What a number is without the few that decide it.
pub fn without(decided: Option<Decided>) -> String {
    decided.map_or_else(String::new, |decided| {
        let number = decided
            .without
            .map_or_else(|| "none".to_owned(), formatting::measured);
        format!("{number} without {}", decided.by)
    })
}

/// A share near one with as many nines as it has.
pub fn share(value: f64) -> String {
    let decimals = match 1.0 - value {
        rest if rest > 0.01 => 3,
        rest if rest > 1e-4 => 5,
        _ => 7,
    };
    format!("{value:.decimals$}")
}

//! Laws between two numbers in words.

use mlp_train::analysis::Law;

use crate::words;

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
    format!(
        "{y} = {} {x} {sign} {}, {fit}",
        words::measured(line.slope),
        words::measured(line.intercept.abs())
    )
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

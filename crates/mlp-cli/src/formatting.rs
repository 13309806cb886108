//! Numbers and paths in words.

use std::path::Path;

use mlp_data::names::plural;
pub use mlp_data::names::shell_path as shell;
use mlp_plot::format_count;

/// A count with thousands separators: `12,345`; from a billion with three digits and a prefix.
pub fn count(number: f64) -> String {
    if number >= 1e9 {
        return metric(number).replace(' ', "");
    }
    format_count(number.round_ties_even() as u64)
}

/// Three digits and a decimal prefix, ready for a unit: `1.23 G`.
pub fn metric(number: f64) -> String {
    let prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];
    let mut scaled = number;
    let mut index = 0;
    while scaled >= 999.5 && index + 1 < prefixes.len() {
        scaled /= 1000.0;
        index += 1;
    }
    let decimals = match scaled {
        _ if index == 0 => 0,
        scaled if scaled < 9.995 => 2,
        scaled if scaled < 99.95 => 1,
        _ => 0,
    };
    format!("{scaled:.decimals$} {}", prefixes[index])
}

/// A count with a noun: `1 thread`, `2 threads`, `1,000 classes`.
pub fn so_many(number: usize, what: &str) -> String {
    format!("{} {}", count(number as f64), plural(number as u64, what))
}

/// A rate per second: `3.4`, `1,234`.
pub fn rate(number: f64) -> String {
    if number < 99.95 {
        format!("{number:.1}")
    } else {
        count(number)
    }
}

/// A duration in its fitting unit: `35 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(seconds: f64) -> String {
    if seconds < 0.9995 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else if seconds < 3600.0 {
        let whole = seconds.round();
        format!("{:.0} min {:.0} s", (whole / 60.0).floor(), whole % 60.0)
    } else {
        let minutes = (seconds / 60.0).round();
        format!(
            "{:.0} h {:.0} min",
            (minutes / 60.0).floor(),
            minutes % 60.0
        )
    }
}

/// A relative error bound: `0.1953 %`, or `exact`.
pub fn within(error: f64) -> String {
    match error > 0.0 {
        true => format!("{} %", measured(100.0 * error)),
        false => "exact".to_owned(),
    }
}

/// A share, four digits: `0.1234`; near 1 as many as tell it from 1: `0.999999`. An R2 far below 0 is `-6.840e57`.
pub fn share(number: f64) -> String {
    if (0.99995..1.0).contains(&number) {
        let text = format!(
            "{number:.*}",
            (1.0 - (1.0 - number).log10()).ceil() as usize
        );
        return text.trim_end_matches('0').to_owned();
    }
    match number.abs() < 1e6 {
        true => format!("{number:.4}"),
        false => format!("{number:.3e}"),
    }
}

/// A setting as people read it: a number with more than six significant digits has six of them.
pub fn brief(setting: &str) -> String {
    let Ok(number) = setting.parse::<f64>() else {
        return setting.to_owned();
    };
    let short: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    match short == number || number.fract() == 0.0 || !number.is_finite() {
        true => setting.to_owned(),
        false if short.abs() < 1e-4 => format!("{short:e}"),
        false => short.to_string(),
    }
}

/// A measured number, four significant digits: `0.1234`, `1.234e-5`; just below 1 as many as tell it from 1.
pub fn measured(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return format!("{number}");
    }
    let magnitude = number.abs();
    if !(1e-3..1e5).contains(&magnitude) {
        return format!("{number:.3e}");
    }
    if (0.999..1.0).contains(&magnitude) {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", share(magnitude));
    }
    let decimals = 3 - magnitude.log10().floor() as i32;
    format!("{number:.*}", decimals.max(0) as usize)
}

/// Cells in aligned columns, two spaces apart, with each row indented; columns without text are
/// left out. Every row has as many cells as the first.
pub fn columns<S: AsRef<str>>(rows: &[Vec<S>], indent: &str) -> String {
    let count = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].as_ref().chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let shown = row.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = shown
            .map(|(cell, width)| format!("{:<width$}", cell.as_ref()))
            .collect();
        text.push_str(format!("{indent}{}", cells.join("  ")).trim_end());
        text.push('\n');
    }
    text
}

/// Columns as [`columns`], but no line longer than `width` characters as far as words allow: cells of the widest columns
/// go on below themselves.
pub fn wrapped_columns<S: AsRef<str>>(rows: &[Vec<S>], width: usize) -> String {
    /// Columns are not made narrower, and the last one, with the longest texts, goes below the others before it is.
    const NARROW: usize = 16;
    const LAST: usize = 36;
    let count = rows.first().map_or(0, Vec::len);
    let mut widths: Vec<usize> = (0..count)
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].as_ref().chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    let gaps = 2 * widths
        .iter()
        .filter(|width| **width > 0)
        .count()
        .saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROW => *widest -= 1,
            _ => break,
        }
    }
    let last = widths.last().copied().unwrap_or(0);
    if last < LAST
        && rows.iter().any(|row| {
            row.last()
                .is_some_and(|cell| cell.as_ref().chars().count() > last)
        })
    {
        return stacked(rows, width);
    }
    let mut lines = Vec::new();
    for row in rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| wrapped(cell.as_ref(), *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        lines.extend((0..height).map(|line| -> Vec<String> {
            let part = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
            cells.iter().map(part).collect()
        }));
    }
    columns(&lines, "")
}

/// Each row as a line of its first cells and below it, indented, the last.
fn stacked<S: AsRef<str>>(rows: &[Vec<S>], width: usize) -> String {
    const INDENT: &str = "    ";
    let mut text = String::new();
    for row in rows {
        let cells: Vec<&str> = row.iter().map(AsRef::as_ref).collect();
        let (last, first) = cells.split_last().unwrap_or((&"", &[]));
        let first: Vec<&str> = first
            .iter()
            .copied()
            .filter(|cell| !cell.is_empty())
            .collect();
        for line in wrapped(&first.join("  "), width) {
            text.push_str(&line);
            text.push('\n');
        }
        for line in wrapped(last, width.saturating_sub(INDENT.len())) {
            text.push_str(&format!("{INDENT}{line}\n"));
        }
    }
    text
}

/// A text in lines of at most `width` characters, a longer word on a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A path relative to the current folder.
pub fn here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(here).unwrap_or(path);
    short.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_six_digits() {
        for (setting, read) in [
            ("15.8489319246112", "15.8489"),
            ("0.1", "0.1"),
            ("0.00002511886431509", "2.51189e-5"),
            ("16x16", "16x16"),
            ("1234567", "1234567"),
            ("inf", "inf"),
        ] {
            assert_eq!(brief(setting), read);
        }
    }

    #[test]
    fn columns_are_as_wide_as_they_need() {
        let rows = [vec!["a", "", "long"], vec!["bcd", "", "x"]];
        assert_eq!(columns(&rows, " "), " a    long\n bcd  x\n");
        assert_eq!(columns::<&str>(&[], " "), "");
    }

    #[test]
    fn long_cells_go_on_below_themselves() {
        let long = "one two three four five six seven eight nine ten";
        let rows = [vec!["a", long], vec!["bcd", "x"]];
        assert_eq!(
            wrapped_columns(&rows, 42),
            "a    one two three four five six seven\n     eight nine ten\nbcd  x\n"
        );
        assert_eq!(wrapped_columns(&rows, 80), columns(&rows, ""));
        let rows = [["a name that is long", "one two three four five six seven"]; 2].map(Vec::from);
        assert_eq!(
            wrapped_columns(&rows[..1], 24),
            "a name that is long\n    one two three four\n    five six seven\n"
        );
        assert_eq!(wrapped_columns::<&str>(&[], 80), "");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(count(12_345.0), "12,345");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(2.5e10), "25.0G");
        assert_eq!(metric(1.2345e12), "1.23 T");
        assert_eq!(
            (so_many(1, "thread"), so_many(2, "thread")),
            ("1 thread".into(), "2 threads".into())
        );
        assert_eq!((rate(3.42), rate(1234.5)), ("3.4".into(), "1,234".into()));
        for (number, text) in [
            (0.999_999, "0.999999"),
            (0.999_96, "0.99996"),
            (0.999_94, "0.9999"),
            (0.999_999_987_6, "0.999999988"),
            (1.0 - f64::EPSILON / 2.0, "0.99999999999999989"),
            (-0.999_999, "-0.999999"),
            (1.0, "1.000"),
        ] {
            assert_eq!(measured(number), text);
        }
        assert_eq!((share(1.0), share(0.0)), ("1.0000".into(), "0.0000".into()));
        assert_eq!(metric(512.0), "512 ");
        assert_eq!(metric(999_600.0), "1.00 M");
        assert_eq!(
            (
                duration(0.035),
                duration(4.21),
                duration(200.0),
                duration(7500.0)
            ),
            (
                "35 ms".into(),
                "4.2 s".into(),
                "3 min 20 s".into(),
                "2 h 5 min".into()
            )
        );
        assert_eq!(
            (
                measured(0.12345),
                measured(1.2345e-5),
                measured(12.345),
                measured(0.0)
            ),
            (
                "0.1235".into(),
                "1.234e-5".into(),
                "12.35".into(),
                "0".into()
            )
        );
    }
}

//! Tables that are drawn for readers: with bars and dashes, or in columns of fixed width.

use crate::TableProblem;

/// What is wrong with lines that draw a table: Markdown's, and the frames that databases print.
pub(super) fn drawn(sample: &[u8]) -> Option<TableProblem> {
    let mut lines = lines(sample).map(<[u8]>::trim_ascii);
    let (first, second) = (lines.next()?, lines.next()?);
    let advice = "take the lines of dashes away, and the bars at both ends of the others; bars between the cells can stay";
    if is_rule(first, b"+") {
        return problem("a table in a frame, as databases print it", advice);
    }
    let is_drawn = first.contains(&b'|') && is_rule(second, b"|:+");
    is_drawn
        .then(|| problem("a table of Markdown, or as databases print it", advice))
        .flatten()
}

/// What is wrong with lines that no delimiter parts and that leave the same places blank, in runs of spaces.
pub(super) fn fixed_width(sample: &[u8], comment: Option<&str>) -> Option<TableProblem> {
    const FEW: usize = 3;
    let is_data = |line: &&[u8]| {
        let is_comment = comment.is_some_and(|mark| line.starts_with(mark.as_bytes()));
        !line.trim_ascii().is_empty() && !is_comment
    };
    let all: Vec<&[u8]> = lines(sample).filter(is_data).take(1000).collect();
    let apart = |line: &&&[u8]| line.trim_ascii().windows(2).any(|pair| pair == b"  ");
    if all.len() < FEW || all.iter().filter(apart).count() < all.len() {
        return None;
    }
    let width = |line: &&[u8]| {
        let words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        words.count()
    };
    let even = all.iter().all(|line| width(line) == width(&all[0]));
    let what = "a table in columns of fixed width";
    match even {
        true => Some(TableProblem::Malformed(format!(
            "the lines are {what}, parted by runs of spaces; give --delimiter whitespace"
        ))),
        false => problem(
            what,
            "save it as CSV, by pandas' read_fwf and to_csv for instance",
        ),
    }
}

fn problem(what: &'static str, advice: &'static str) -> Option<TableProblem> {
    Some(TableProblem::Foreign { what, advice })
}

/// The lines that hold anything; of a sample the last may be cut short.
fn lines(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = sample.iter().rposition(|&byte| byte == b'\n');
    let lines = sample[..whole.unwrap_or(sample.len())].split(|&byte| byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty())
}

/// Whether a line is dashes, and these marks between them.
fn is_rule(line: &[u8], marks: &[u8]) -> bool {
    let drawn = |byte: &u8| *byte == b'-' || *byte == b' ' || marks.contains(byte);
    line.iter().all(drawn)
        && line.iter().any(|byte| marks.contains(byte))
        && line.windows(2).any(|pair| pair == b"--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_drawn_are_told() {
        let said = |sample: &str| match drawn(sample.as_bytes()) {
            Some(problem) => problem.to_string(),
            None => String::new(),
        };
        for text in [
            "| a | b |\n|---|:-:|\n| 1 | 2 |\n",
            "\n a | b\n---+---\n 1 | 2\n",
        ] {
            assert!(
                said(text).starts_with("this is a table of Markdown"),
                "{text}"
            );
        }
        assert!(said("+---+---+\n| a | b |\n+---+---+\n").contains("in a frame"));
        for text in ["a|b\n1|2\n", "a,b\n-,--\n", "a|b\n", "-1|2\n-3|4\n"] {
            assert_eq!(said(text), "", "{text}");
        }
    }

    #[test]
    fn columns_of_fixed_width_are_told() {
        let said = |sample: &str| match fixed_width(sample.as_bytes(), None) {
            Some(problem) => problem.to_string(),
            None => String::new(),
        };
        let words = "name      colour\nAnna      red\nBo        blue\nCy        red\n";
        assert!(said(words).ends_with("give --delimiter whitespace"));
        let spaces = words.replace("Bo  ", "Bo Li");
        assert!(said(&spaces).contains("save it as CSV"));
        assert_eq!(said("one line\nand two\nand  three\n"), "");
    }
}

//! Words and values of ARFF, with their quotes.

use std::borrow::Cow;

/// A value as it is written, without its quotes, and whether it had them.
pub(super) type Written<'a> = (Cow<'a, str>, bool);

/// The values of a line, separated by commas.
pub(super) fn cells(line: &str) -> Result<Vec<Written<'_>>, String> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = value(rest)?;
        cells.push(cell);
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next,
            None if after.trim().is_empty() => return Ok(cells),
            None => {
                let after: String = after.trim().chars().take(20).collect();
                return Err(format!(
                    "`{after}` follows a quoted value; a comma is expected"
                ));
            }
        }
    }
}

/// The first value of a text up to its comma, and the rest.
fn value(text: &str) -> Result<(Written<'_>, &str), String> {
    let text = text.trim_start();
    if text.starts_with(['\'', '"']) {
        let (inside, after) = quoted(text)?;
        return Ok(((inside, true), after));
    }
    let end = text.find(',').unwrap_or(text.len());
    Ok(((Cow::Borrowed(text[..end].trim_end()), false), &text[end..]))
}

/// The first word of a text, in quotes or up to white space or `{`, and the rest.
pub(super) fn word(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    let text = text.trim_start();
    if text.starts_with(['\'', '"']) {
        return quoted(text);
    }
    let end = text
        .find(|letter: char| letter.is_whitespace() || letter == '{')
        .unwrap_or(text.len());
    Ok((Cow::Borrowed(&text[..end]), &text[end..]))
}

/// The text inside the leading quotes, and the rest. A backslash escapes the character after it.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    let quote = text.chars().next().unwrap_or('\'');
    let inside = &text[quote.len_utf8()..];
    let mut kept = String::new();
    let mut plain = 0;
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let after = &inside[at + quote.len_utf8()..];
            if kept.is_empty() {
                return Ok((Cow::Borrowed(&inside[..at]), after));
            }
            kept.push_str(&inside[plain..at]);
            return Ok((Cow::Owned(kept), after));
        }
        if letter == '\\' {
            kept.push_str(&inside[plain..at]);
            let Some((next, letter)) = letters.next() else {
                break;
            };
            match letter {
                'n' => kept.push('\n'),
                'r' => kept.push('\r'),
                't' => kept.push('\t'),
                other => kept.push(other),
            }
            plain = next + letter.len_utf8();
        }
    }
    Err("a quote is not closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_values_and_quotes_keep_them() {
        let of = |line| {
            let cells = cells(line)?;
            Ok::<_, String>(
                cells
                    .into_iter()
                    .map(|(cell, _)| cell.into_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of("1, 2 ,x y").unwrap(), ["1", "2", "x y"]);
        assert_eq!(
            of("'a, b',\"it's\" , 'q\\'\\\\r\\n'").unwrap(),
            ["a, b", "it's", "q'\\r\n"]
        );
        assert_eq!(of("").unwrap(), [""]);
        assert_eq!(of("1,").unwrap(), ["1", ""]);
        assert!(of("'a' b").unwrap_err().contains("a comma is expected"));
        assert!(of("'a\\").unwrap_err().contains("not closed"));
        assert!(of("'é\\é'").unwrap() == ["éé"]);
    }

    #[test]
    fn quotes_are_remembered() {
        let cells = cells("?,'?'").unwrap();
        assert_eq!(
            cells.iter().map(|(_, quoted)| *quoted).collect::<Vec<_>>(),
            [false, true]
        );
    }
}

//! Names in messages: lists, and the nearest known name to a misspelt one.

pub(crate) mod words;

use std::{borrow::Cow, path::Path};

/// `` `a`, `b` and `c` ``.
pub fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    joined(names, "and")
}

/// `` `a`, `b` or `c` ``.
pub fn choice<'a>(names: impl Iterator<Item = &'a str>) -> String {
    joined(names, "or")
}

/// The columns named in a list: the whole text where a column has this name, else what is between its commas, in quotes as in CSV where
/// a name has a comma of its own.
///
/// ```
/// use mlp_data::names::columns_in;
/// let known = ["a", "x,y"].map(str::to_owned);
/// assert_eq!(columns_in("x,y", &known), ["x,y"]);
/// assert_eq!(columns_in("a, \"x,y\"", &known), ["a", "x,y"]);
/// ```
pub fn columns_in(text: &str, known: &[String]) -> Vec<String> {
    if known.iter().any(|name| name == text.trim()) {
        return vec![text.trim().to_owned()];
    }
    names_in(text)
}

/// The names in a list: what is between its commas, in quotes as in CSV where a name has a comma of its own.
///
/// ```
/// use mlp_data::names::names_in;
/// assert_eq!(names_in("a, \"x,y\""), ["a", "x,y"]);
/// ```
pub fn names_in(text: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => parts.push(String::new()),
            _ => {}
        }
        if let Some(last) = parts.last_mut().filter(|_| character != ',' || quoted) {
            last.push(character);
        }
    }
    let bare = |part: &String| {
        let part = part.trim();
        let inner = part
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        inner.map_or(part.to_owned(), |inner| inner.replace("\"\"", "\""))
    };
    parts.iter().map(bare).collect()
}

/// A name as an entry of such a list.
pub fn in_list(name: &str) -> Cow<'_, str> {
    if name.contains([',', '"']) {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(name)
    }
}

/// A text as an option's value on a command line; lists are separated by commas.
pub fn shell(text: &str) -> String {
    quoted(text, "_-.:")
}

/// A path quoted for a shell.
pub fn shell_path(path: &Path) -> String {
    quoted(&path.display().to_string(), "/._-+=:,@%")
}

/// A text quoted for a shell, unless it contains only letters, digits and other plain characters.
fn quoted(text: &str, plain: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || plain.contains(letter);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// A text in one line that is safe for a terminal: control and invisible characters are escaped
/// (`U+200B`).
pub fn plain(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            _ if letter.is_control() => all.extend(letter.escape_default()),
            _ if is_invisible(letter) => all.push_str(&format!("U+{:04X}", u32::from(letter))),
            _ => all.push(letter),
        }
    }
    all
}

/// Whether a character is invisible: soft hyphens, zero-width joiners and spaces, direction and byte order marks.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
    )
}

/// A cell or a name as an error quotes it.
pub(crate) fn shortened(cell: &str) -> String {
    const SHOWN: usize = 60;
    match cell.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// `1 row`, `2 rows`, `3 classes`, `4 categories`.
pub fn so_many(count: u64, what: &str) -> String {
    format!("{count} {}", plural(count, what))
}

/// The word for so many of something: `row` for one, else `rows`.
pub fn plural(count: u64, what: &str) -> String {
    match (what.strip_suffix('y'), count) {
        (_, 1) => what.to_owned(),
        (Some(stem), _) => format!("{stem}ies"),
        (None, _) if ["ss", "x"].iter().any(|end| what.ends_with(end)) => format!("{what}es"),
        (None, _) => format!("{what}s"),
    }
}

/// `a, b and c`.
pub(crate) fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>, word: &str) -> String {
    /// Longer lists are not useful.
    const SHOWN: usize = 30;
    let names: Vec<String> = names.map(|name| format!("`{}`", shortened(name))).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] if names.len() <= SHOWN => format!("{} {word} {last}", head.join(", ")),
        _ => format!(
            "{} {word} {} more",
            names[..SHOWN].join(", "),
            names.len() - SHOWN
        ),
    }
}

/// What other programs call things, and their names here.
const ELSEWHERE: [(&str, &str); 34] = [
    ("l2", "weight-decay"),
    ("l2-penalty", "weight-decay"),
    ("lambda", "weight-decay"),
    ("regularization", "weight-decay"),
    ("batch-size", "batch"),
    ("minibatch", "batch"),
    ("eta", "learning-rate"),
    ("step-size", "learning-rate"),
    ("learning-rate-init", "learning-rate"),
    ("lr-schedule", "schedule"),
    ("scheduler", "schedule"),
    ("solver", "optimizer"),
    ("criterion", "loss"),
    ("iterations", "steps"),
    ("iters", "steps"),
    ("max-iter", "epochs"),
    ("early-stopping", "patience"),
    ("layers", "hidden"),
    ("neurons", "hidden"),
    ("units", "hidden"),
    ("random-state", "seed"),
    ("n-jobs", "threads"),
    ("jobs", "threads"),
    ("workers", "threads"),
    ("output", "out"),
    ("label", "target"),
    ("metric", "metrics"),
    ("cv", "folds"),
    ("auc", "auroc"),
    ("roc-auc", "auroc"),
    ("pr-auc", "average_precision"),
    ("acc", "accuracy"),
    ("sensitivity", "recall"),
    ("logloss", "log_loss"),
];

/// The candidate that another program calls `word`.
pub fn known_elsewhere<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = letters_of(word);
    let mut candidates = candidates.into_iter();
    candidates.find(|candidate| is_elsewhere(&word, &letters_of(candidate)))
}

/// Whether another program calls `known` by this word, both without marks.
fn is_elsewhere(word: &str, known: &str) -> bool {
    let mut all = ELSEWHERE.iter();
    all.any(|(elsewhere, here)| letters_of(elsewhere) == word && letters_of(here) == known)
}

/// A name without case, spaces, `-` and `_`.
fn letters_of(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The candidate that `word` most likely means, if one is near: equal except for case, spaces, `-` and `_`,
/// what another program calls it, a prefix of at least three letters, or at most a third of the letters mistyped.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters_of(word);
    let letters = word.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let known = letters_of(candidate);
            if is_elsewhere(&word, &known) {
                return Some((0, candidate));
            }
            let distance = strsim::damerau_levenshtein(&word, &known);
            let begins = letters >= 3
                && (known.starts_with(&word) || word.starts_with(&known) && known.len() >= 3);
            let close = distance <= (letters / 3).max(1) && distance < letters.max(1);
            (begins || close).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The end of a sentence on an unknown name: the nearest one, as in `; did you mean "moons"?`, or nothing where none
/// is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

/// The end of a sentence on an unknown name: the nearest one, or all.
pub fn hint<'a>(word: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, candidates.clone()) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => format!("; known: {}", list(candidates)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_the_name_meant() {
        let names = ["moons", "circles", "breast-cancer", "sepal length (cm)"];
        assert_eq!(nearest("mons", names.into_iter()), Some("moons"));
        assert_eq!(
            nearest("breast_cancer", names.into_iter()),
            Some("breast-cancer")
        );
        assert_eq!(
            nearest("Sepal Length", names.into_iter()),
            Some("sepal length (cm)")
        );
        assert_eq!(nearest("zebra", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
        let options = ["lr", "weight-decay", "out", "auroc"];
        assert_eq!(nearest("l2", options), Some("weight-decay"));
        assert_eq!(nearest("AUC", options), Some("auroc"));
        assert_eq!(nearest("theme", ["help"]), None);
        assert_eq!(did_you_mean("mons", names), "; did you mean \"moons\"?");
        assert_eq!(did_you_mean("zebra", names), "");
    }

    #[test]
    fn a_shell_reads_back_what_was_written() {
        assert_eq!(shell("row_id"), "row_id");
        assert_eq!(shell("a,b"), "'a,b'");
        assert_eq!(shell(""), "''");
        assert_eq!(shell_path(Path::new("runs/map-001")), "runs/map-001");
        assert_eq!(shell_path(Path::new("it's a map")), r"'it'\''s a map'");
    }

    #[test]
    fn counts_agree_with_their_noun() {
        for (count, what, said) in [
            (1, "row", "1 row"),
            (0, "row", "0 rows"),
            (2, "class", "2 classes"),
            (1, "category", "1 category"),
            (3, "category", "3 categories"),
        ] {
            assert_eq!(so_many(count, what), said);
        }
    }

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(
            plain("a\u{1b}[31mb\nc\u{7f}\u{9b}"),
            "a\\u{1b}[31mb\\nc\\u{7f}\\u{9b}"
        );
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(["a"].into_iter()), "`a`");
        assert_eq!(list(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
        let many: Vec<String> = (0..50).map(|i| i.to_string()).collect();
        assert!(list(many.iter().map(String::as_str)).ends_with("`29` and 20 more"));
    }
}

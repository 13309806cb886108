//! JSON that stands inside a page.

use std::fmt::Write;

/// A text as JSON in which no markup begins.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            unsafe_one if unsafe_one < ' ' || unsafe_one == '<' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", unsafe_one as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A list of texts.
pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(","))
}

/// JSON as an element of this class, which a script reads.
pub(super) fn element(class: &str, json: &str) -> String {
    format!("<script type=\"application/json\" class=\"{class}\">{json}</script>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element() {
        assert_eq!(
            quoted("a \"b\"\n\\ </script>"),
            "\"a \\\"b\\\"\\u000a\\\\ \\u003c/script>\""
        );
        assert_eq!(list(&["a", "b"]), "[\"a\",\"b\"]");
    }
}

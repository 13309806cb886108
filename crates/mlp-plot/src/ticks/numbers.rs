//! Signs of numbers.

/// The exponent in raised digits.
pub(crate) fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4'..='9' => char::from_u32(0x2070 + (c as u32 - '0' as u32)).unwrap_or(c),
            _ => '⁰',
        })
        .collect()
}

/// A number with the sign of minus.
pub(crate) fn minus(text: &str) -> String {
    text.replace('-', "−")
}

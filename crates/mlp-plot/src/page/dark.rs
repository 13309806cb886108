//! Colours of figures on a dark page: those that a dark figure has.

use std::{collections::BTreeSet, fmt::Write};

use crate::{color::Color, recolor::on_dark};

/// Rules for every colour of data in a page's drawings; those of the page itself are in its style.
pub(crate) fn rules(page: &str) -> String {
    let colors: BTreeSet<&str> = [" fill=\"#", " stroke=\"#"]
        .into_iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.get(..6))
        .collect();
    let mut out = String::new();
    for hex in colors {
        let Ok(number) = u32::from_str_radix(hex, 16) else {
            continue;
        };
        let [_, red, green, blue] = number.to_be_bytes();
        let dark = on_dark(Color::rgb(red, green, blue)).hex();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "  .picture svg [fill=\"#{hex}\"] {{ fill: {dark}; }}\n  \
             .picture svg [stroke=\"#{hex}\"] {{ stroke: {dark}; }}\n  \
             [data-color=\"#{hex}\"] {{ background: {dark} !important; }}"
        );
    }
    match out.is_empty() {
        true => out,
        false => format!("@media screen and (prefers-color-scheme: dark) {{\n{out}}}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_color_of_a_drawing_is_seen_on_a_dark_page() {
        let page = "<svg><path fill=\"#440154\"/><path fill=\"none\" stroke=\"#0072B2\"/><path fill=\"#440154\"/></svg>";
        let rules = rules(page);
        assert_eq!(rules.matches("[fill=\"#440154\"]").count(), 1);
        assert_eq!(rules.matches("[stroke=\"#0072B2\"]").count(), 1);
        let ground = Color::rgb(24, 25, 28);
        let purple = Color::rgb(0x44, 0x01, 0x54);
        assert!(purple.contrast(ground) < 1.3 && on_dark(purple).contrast(ground) > 3.0);
        assert!(rules.contains(&on_dark(purple).hex()));
    }

    #[test]
    fn a_page_without_drawings_needs_no_rule() {
        assert_eq!(rules("<p fill=\"#\">nothing"), "");
    }
}

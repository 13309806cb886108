//! Characters and colours of the terminal.

use mlp_plot::Color as Rgb;
use ratatui::style::Color;

use super::ascii;

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Letters only.
    pub ascii: bool,
    /// Colours, and whether there are more than 256 of them.
    pub colors: Option<bool>,
}

impl Palette {
    /// That of standard error.
    pub fn of_terminal() -> Self {
        let many = std::env::var("COLORTERM");
        let many = many.is_ok_and(|many| matches!(many.as_str(), "truecolor" | "24bit"));
        Self {
            ascii: ascii::is_needed(),
            colors: console::colors_enabled_stderr().then_some(many),
        }
    }

    pub fn color(self, color: Rgb) -> Color {
        match self.colors {
            None => Color::Reset,
            Some(true) => {
                let [r, g, b] = color.rgb;
                Color::Rgb(r, g, b)
            }
            // The cube of six levels each.
            Some(false) => {
                let level = |c: u8| (u16::from(c) * 5 + 127) / 255;
                let [r, g, b] = color.rgb.map(level);
                Color::Indexed(16 + (36 * r + 6 * g + b) as u8)
            }
        }
    }

    /// Whether surfaces are drawn by letters.
    pub fn by_letters(self) -> bool {
        self.ascii || self.colors.is_none()
    }
}

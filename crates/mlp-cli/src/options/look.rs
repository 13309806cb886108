//! How figures look: their size, text, colours, scales and files.

use clap::Args;
use mlp_plot::{Format, Output, Scale, Theme};
use mlp_train::experiment::Figures;

use crate::{
    failure::{CommandResult, Failure},
    figures::Look,
};

/// The least and the greatest width of a figure in units of its layout, in which texts are 12 high.
const WIDTHS: std::ops::RangeInclusive<f64> = 300.0..=8000.0;

/// The usual width of a figure in pixels.
const USUAL_WIDTH: f64 = 900.0;

/// Options of commands that draw.
#[derive(Args, Clone, Debug)]
pub struct LookArgs {
    #[command(flatten)]
    dress: DressArgs,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "FORMAT",
        value_delimiter = ',',
        value_parser = format,
        help = "svg, png or pdf; a list, or repeatable [default: svg and png]"
    )]
    format: Vec<Format>,
}

/// What figures look like, whatever files they are: options of commands that train, too.
#[derive(Args, Clone, Debug)]
pub struct DressArgs {
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "LENGTH",
        allow_hyphen_values = true,
        value_parser = length,
        help = "draw the figures this wide: 85mm, 3.3in, 8.5cm, 240pt or 600px [default: 900px or as wide as the panels need]"
    )]
    width: Option<Length>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "LENGTH",
        allow_hyphen_values = true,
        value_parser = length,
        help = "size of all texts but titles, which are a quarter larger [default: 8pt where --width is in mm, cm, in or pt; else 12px]"
    )]
    font: Option<Length>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "THEME",
        value_parser = theme,
        help = "light, dark or transparent (light without a ground) [default: light; the report follows its reader's choice]"
    )]
    theme: Option<Theme>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "TEXT",
        help = "title of every figure; \"\" for none, and no subtitle, as where a caption says it"
    )]
    title: Option<String>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(50..=1200),
        help = "pixels per inch of PNG [default: 300 where --width is in mm, cm, in or pt; else two pixels a px]"
    )]
    dpi: Option<u32>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=64),
        help = "at most N panels beside each other [default: as many as fit]"
    )]
    panels: Option<u32>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "SCALE",
        value_parser = scale,
        help = "horizontal axes: linear, log or symlog [default: by their values]"
    )]
    x_scale: Option<Scale>,
    #[arg(
        long,
        help_heading = "Figures",
        value_name = "SCALE",
        value_parser = scale,
        help = "vertical axes: linear, log or symlog [default: by their values]"
    )]
    y_scale: Option<Scale>,
    #[arg(
        long,
        value_name = "SCALE",
        value_parser = scale,
        help = "colour bars: linear, log or symlog [default: by their values]"
    )]
    color_scale: Option<Scale>,
}

/// A length on paper or on a screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Length {
    points: f64,
    /// Whether it was given in pixels.
    pixels: bool,
}

impl LookArgs {
    /// What figures look like.
    ///
    /// # Errors
    /// As [`DressArgs::look`]; formats that `figures` names, too.
    pub fn look(&self, figures: Option<Figures>) -> CommandResult<Look> {
        if figures.is_some() && !self.format.is_empty() {
            return Err(Failure::usage(
                "--format: --figures names the files, too; give one of both",
            ));
        }
        Ok(Look {
            formats: self.format.clone(),
            ..self.dress.look(figures)?
        })
    }
}

impl DressArgs {
    /// The options that were given.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("--width", self.width.is_some()),
            ("--font", self.font.is_some()),
            ("--theme", self.theme.is_some()),
            ("--title", self.title.is_some()),
            ("--dpi", self.dpi.is_some()),
            ("--panels", self.panels.is_some()),
            ("--x-scale", self.x_scale.is_some()),
            ("--y-scale", self.y_scale.is_some()),
        ];
        let given = given.into_iter().filter(|(_, given)| *given);
        given.map(|(option, _)| option)
    }

    /// The theme of pictures that have nothing else of this.
    ///
    /// # Errors
    /// Any other option; `what` says what the pictures are.
    pub fn theme_of(&self, what: &str) -> CommandResult<Theme> {
        match self.given().find(|option| *option != "--theme") {
            Some(option) => Err(Failure::usage(format!(
                "{option}: {what} has a theme alone; leave it out"
            ))),
            None => Ok(self.theme.unwrap_or_default()),
        }
    }

    /// What figures look like.
    ///
    /// # Errors
    /// A width that text of this size does not fit into; anything where `figures` says that none are drawn, or none that
    /// have pixels.
    pub fn look(&self, figures: Option<Figures>) -> CommandResult<Look> {
        if let (Some(Figures::None), Some(option)) = (figures, self.given().next()) {
            return Err(Failure::usage(format!(
                "{option}: no figures are drawn (--figures none); leave one of both out"
            )));
        }
        if figures == Some(Figures::Svg) && self.dpi.is_some() {
            return Err(Failure::usage(
                "--dpi: SVG has no pixels (--figures svg); leave one of both out",
            ));
        }
        let on_paper = self.width.is_some_and(|width| !width.pixels);
        let font = match (self.font, on_paper) {
            (Some(font), _) => font.points,
            (None, true) => 8.0,
            (None, false) => 9.0,
        };
        let unit = font / Output::TEXT;
        // Text of another size does not change the usual width.
        let usual = self.font.map(|_| Length {
            points: 0.75 * USUAL_WIDTH,
            pixels: true,
        });
        let width = self.width.or(usual);
        let units = width.map(|width| (width.points / unit).round());
        let of_text = unit;
        // The width is kept exactly, and the text to a fraction of a percent.
        let unit = match (width, units) {
            (Some(width), Some(units)) if units > 0.0 => width.points / units,
            _ => unit,
        };
        if let Some(wide) = units.filter(|units| !WIDTHS.contains(units)) {
            let bound = match wide < *WIDTHS.start() {
                true => format!(
                    "at least {:.0} mm, or smaller text",
                    (WIDTHS.start() * of_text * 25.4 / 72.0).ceil()
                ),
                false => format!(
                    "at most {:.0} mm, or larger text",
                    WIDTHS.end() * of_text * 25.4 / 72.0
                ),
            };
            return Err(Failure::usage(format!(
                "--width: figures with text of {font} pt need {bound} (--font)"
            )));
        }
        let usual = Output::default().dpi;
        let dpi = match (self.dpi, on_paper) {
            (Some(dpi), _) => f64::from(dpi),
            (None, true) => 300.0,
            (None, false) => usual,
        };
        Ok(Look {
            output: Output {
                theme: self.theme.unwrap_or_default(),
                unit,
                dpi,
            },
            width: units.map(|units| units as u32),
            title: self.title.clone(),
            formats: Vec::new(),
            panels: self.panels,
            x_scale: self.x_scale,
            y_scale: self.y_scale,
            color_scale: self.color_scale,
        })
    }
}

/// A length with its unit.
fn length(text: &str) -> Result<Length, String> {
    let fault = || {
        format!(
            "a length with its unit is needed, as in 85mm, 8.5cm, 3.3in, 240pt or 600px, not \"{text}\""
        )
    };
    let text = text.trim();
    let start = text
        .find(|c: char| c.is_ascii_alphabetic())
        .ok_or_else(fault)?;
    let (number, unit) = text.split_at(start);
    let points = match unit {
        "mm" => 72.0 / 25.4,
        "cm" => 72.0 / 2.54,
        "in" => 72.0,
        "pt" => 1.0,
        "px" => 0.75,
        _ => return Err(fault()),
    };
    let number: f64 = number.trim().parse().map_err(|_| fault())?;
    if !(number > 0.0 && number < 1e5) {
        return Err(fault());
    }
    Ok(Length {
        points: number * points,
        pixels: unit == "px",
    })
}

fn theme(name: &str) -> Result<Theme, String> {
    match name {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        "transparent" => Ok(Theme::Transparent),
        _ => Err("themes are light, dark and transparent".to_owned()),
    }
}

fn format(name: &str) -> Result<Format, String> {
    match name.trim() {
        "svg" => Ok(Format::Svg),
        "png" => Ok(Format::Png),
        "pdf" => Ok(Format::Pdf),
        _ => Err("formats are svg, png and pdf".to_owned()),
    }
}

fn scale(name: &str) -> Result<Scale, String> {
    match name {
        "linear" => Ok(Scale::Linear),
        "log" => Ok(Scale::Log),
        "symlog" => Ok(Scale::Symlog),
        _ => Err("scales are linear, log and symlog".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        let points = |text: &str| length(text).map(|length| length.points);
        assert!((points("85mm").unwrap() - 240.944_881_9).abs() < 1e-6);
        assert!((points("2.54 cm").unwrap() - 72.0).abs() < 1e-12);
        assert_eq!(points("1in"), Ok(72.0));
        assert_eq!(
            length("600px"),
            Ok(Length {
                points: 450.0,
                pixels: true
            })
        );
        for bad in ["85", "mm", "-3mm", "0mm", "infmm", "3em", "nanpt", ""] {
            assert!(length(bad).is_err(), "{bad}");
        }
    }
}

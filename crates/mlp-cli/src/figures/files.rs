//! Figures, tables and reports as files of a run directory.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use mlp_plot::{Format, Output, Section, Size, png_with_texts};
use mlp_store::{RunDirectory, RunMetadata, WholeFile, remove_unfinished, run_directory::FIGURES};
use mlp_train::{
    Kind,
    analysis::{Analysis, Request},
    experiment::Figures,
};

use super::blank::nothing_to_draw;
use super::{
    Drawing, Figure, View, analysis, describe, of_analysis, of_run, report, wants_analysis,
};
use crate::{failure::Failure, terminal};

/// Folders in a run directory of the analysis of all networks, which the report shows, and of the last one of a selection.
const ANALYSIS: &str = "analysis";
const SELECTION: &str = "analysis-where";

/// An animated film, and how many milliseconds each of its frames is shown.
const FILM_SIZE: Size = Size::new(480, 380);
const FRAME_TIME: u16 = 350;

/// The formats of pictures.
const FORMATS: [Format; 3] = [Format::Svg, Format::Png, Format::Pdf];

/// Draws all figures of a run and its report, a population with its analysis; the files written. Of a run that is not
/// complete, the figures are drawn as far as it has come; where only some figures are asked for, these alone.
pub fn write(view: &View, drawing: &Drawing) -> Result<Vec<PathBuf>> {
    begin(view);
    let mut figures = of_run(view, drawing)?;
    if let Some(part) = view.part() {
        for figure in &mut figures {
            let [_, subtitle] = figure.chart.heading();
            let space = if subtitle.is_empty() { "" } else { " " };
            *subtitle = format!("{subtitle}{space}{part}");
        }
        // A report and an analysis are those of all networks.
        return write_only(view, &figures, None, drawing);
    }
    if !drawing.only.is_all() {
        if !wants_analysis(view, drawing) {
            return write_only(view, &figures, None, drawing);
        }
        let found = analyze(view, &Request::default())?;
        let pictures = of_analysis(view, &found, false, drawing);
        return write_only(view, &figures, Some((&found, &pictures)), drawing);
    }
    let mut files = write_files(view, &figures, drawing)?;
    if view.kind() == Kind::Population {
        let request = Request::default();
        let analysis = analyze(view, &request)?;
        let (written, section) = write_part(view, &analysis, &request, drawing)?;
        files.extend(written);
        files.extend(write_page(view, &figures, Some(section), drawing)?);
    } else {
        files.extend(write_page(view, &figures, None, drawing)?);
    }
    Ok(files)
}

/// Writes figures of a run and of its analysis and nothing else, if those that were asked for are among them; the files written.
fn write_only(
    view: &View,
    figures: &[Figure],
    analysis: Option<(&Analysis, &[Figure])>,
    drawing: &Drawing,
) -> Result<Vec<PathBuf>> {
    let names = figures
        .iter()
        .chain(analysis.into_iter().flat_map(|(_, pictures)| pictures));
    let names: Vec<String> = names.map(|figure| figure.name.clone()).collect();
    if let Some(missing) = drawing.only.not_among(&names) {
        return Err(Failure::usage(format!(
            "--only {missing}: {} has no such figure{}",
            view.path().display(),
            nothing_to_draw(view).map_or_else(String::new, |why| format!(": {why}"))
        ))
        .into());
    }
    let mut files = write_files(view, figures, drawing)?;
    if let Some((found, pictures)) = analysis.filter(|(_, pictures)| !pictures.is_empty()) {
        let folder = analysis_folder(view, found)?;
        files.extend(write_pictures(view, &folder, pictures, drawing)?);
    }
    Ok(files)
}

/// Removes what killed processes left unfinished where figures and tables go, and says what cannot be drawn.
fn begin(view: &View) {
    if let Some(fault) = view.data_fault() {
        let left_out = match view.kind() {
            Kind::Train | Kind::Population => {
                "the figures of what networks predict for its rows are left out, all others are drawn"
            }
            Kind::Map => "the results are complete without it and are drawn",
        };
        terminal::say(&format!("warning: {fault}; {left_out}"));
    }
    let path = view.path();
    for place in [
        path.join(FIGURES),
        path.join(ANALYSIS),
        path.join(SELECTION),
        path,
    ] {
        remove_unfinished(&place);
    }
}

/// Summary of the networks of a run.
pub fn analyze(view: &View, request: &Request) -> Result<Analysis> {
    let directory = RunDirectory::open(&view.path())?;
    Ok(mlp_train::analysis::analyze(
        &directory,
        view.experiment(),
        request,
    )?)
}

/// Writes the tables and figures of an analysis, and the report anew with them unless they are of a selection; the files
/// written.
pub fn write_analysis(
    view: &View,
    analysis: &Analysis,
    request: &Request,
    drawing: &Drawing,
) -> Result<Vec<PathBuf>> {
    begin(view);
    let (mut files, section) = write_part(view, analysis, request, drawing)?;
    // The report is about all networks.
    if drawing.figures != Figures::None && analysis.condition.is_none() {
        let figures = of_run(view, drawing)?;
        files.extend(write_page(view, &figures, Some(section), drawing)?);
    }
    Ok(files)
}

/// The tables and figures of an analysis in their folder, and its section of the report.
fn write_part(
    view: &View,
    found: &Analysis,
    request: &Request,
    drawing: &Drawing,
) -> Result<(Vec<PathBuf>, Section)> {
    let folder = analysis_folder(view, found)?;
    let mut files = Vec::new();
    for table in found.tables().into_iter().chain(found.selection()) {
        files.extend(mlp_store::write_results(&table, &folder)?);
    }
    let mut pictures = of_analysis(view, found, request.color.is_some(), drawing);
    if let Some(selected) = analysis::selected(found) {
        remove_pictures(&folder)?;
        let all = describe::population(view);
        for picture in &mut pictures {
            let [_, subtitle] = picture.chart.heading();
            let rest = subtitle.replacen(&all, &format!("{}.", describe::networks_of(view)), 1);
            *subtitle = format!("{selected}. {rest}");
        }
    }
    files.extend(write_pictures(view, &folder, &pictures, drawing)?);
    Ok((files, analysis::section(found, &pictures)?))
}

/// Removes the pictures of an earlier selection, which are of other networks.
fn remove_pictures(folder: &Path) -> Result<()> {
    for path in pictures_in(folder) {
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// The folder of an analysis, which is created.
fn analysis_folder(view: &View, found: &Analysis) -> Result<PathBuf> {
    let name = match found.condition {
        None => ANALYSIS,
        Some(_) => SELECTION,
    };
    let folder = view.path().join(name);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Writes figures of an analysis into its folder; the files written.
fn write_pictures(
    view: &View,
    folder: &Path,
    pictures: &[Figure],
    drawing: &Drawing,
) -> Result<Vec<PathBuf>> {
    let facts = RunMetadata::of_made(view.experiment(), view.manifest());
    let facts: Vec<_> = facts.iter().collect();
    let mut files = Vec::new();
    for figure in pictures {
        files.extend(write_chart(folder, figure, drawing, &facts)?);
    }
    Ok(files)
}

/// The report, unless no figures are wanted.
fn write_page(
    view: &View,
    figures: &[Figure],
    analysis: Option<Section>,
    drawing: &Drawing,
) -> Result<Option<PathBuf>> {
    if drawing.figures == Figures::None {
        return Ok(None);
    }
    let page = view.path().join("report.html");
    report::file(&page, &report::of_run(view, figures, analysis)?)?;
    Ok(Some(page))
}

/// Draws a chart into a folder in the formats that are wanted, of which PNG says `facts`; the files written.
pub fn write_chart(
    folder: &Path,
    figure: &Figure,
    drawing: &Drawing,
    facts: &[(&str, &str)],
) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let failed = || format!("cannot draw {}", figure.name);
    for &format in drawing.formats() {
        let scene = figure.chart.scene(drawing.look.size(figure));
        let scene = scene.with_context(failed)?;
        if format != Format::Svg {
            drawing.say_spelled(&scene);
        }
        let mut bytes = scene
            .write(format, &drawing.look.output)
            .with_context(failed)?;
        if format == Format::Png {
            bytes = png_with_texts(&bytes, facts)?;
        }
        let file = folder.join(format!("{}.{}", figure.name, format.extension()));
        WholeFile::write(&file, &bytes)?;
        files.push(file);
    }
    Ok(files)
}

/// Writes figures into the run's folder; the files written.
pub fn write_files(view: &View, figures: &[Figure], drawing: &Drawing) -> Result<Vec<PathBuf>> {
    let folder = view.path().join(FIGURES);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let facts = RunMetadata::of_made(view.experiment(), view.manifest());
    let facts: Vec<_> = facts.iter().collect();
    let mut files = Vec::new();
    for (index, figure) in figures.iter().enumerate() {
        drawing.begin("writing", index, figures.len(), &figure.name);
        files.extend(write_chart(&folder, figure, drawing, &facts)?);
        if drawing.formats().contains(&Format::Png) && !figure.maps.is_empty() {
            files.extend(write_pixels(&folder, figure, &facts)?);
        }
        if let Some(film) = figure
            .film
            .as_ref()
            .filter(|_| drawing.formats().contains(&Format::Png))
        {
            let output = Output {
                theme: drawing.look.output.theme,
                ..Output::default()
            };
            let bytes = film.animate_in(FILM_SIZE, FRAME_TIME, &output)?;
            let bytes = png_with_texts(&bytes, &facts)?;
            let file = folder.join(format!("{}-animated.png", figure.name));
            WholeFile::write(&file, &bytes)?;
            files.push(file);
        }
    }
    Ok(files)
}

/// The pictures in a folder; none where it cannot be read.
fn pictures_in(folder: &Path) -> Vec<PathBuf> {
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| FORMATS.iter().any(|format| format.extension() == ending))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(is_picture).collect()
}

/// What is said of pictures that were drawn before in the folders of `files` and are none of these, where there are any: they
/// may show something else, or the same in another way.
pub fn drawn_before(files: &[PathBuf]) -> Vec<String> {
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let told = folders.into_iter().filter_map(|folder| {
        let mut others = pictures_in(folder);
        others.retain(|path| !files.contains(path));
        others.sort();
        let first = others.first()?.file_name()?.display().to_string();
        let (which, as_drawn) = match others.len() {
            1 => (first, "stays as it was drawn before"),
            count => (
                format!("{first} and {} more", count - 1),
                "stay as they were drawn before",
            ),
        };
        Some(format!("{which} in {} {as_drawn}", folder.display()))
    });
    told.collect()
}

/// Writes the maps of a figure with one pixel per cell.
fn write_pixels(folder: &Path, figure: &Figure, facts: &[(&str, &str)]) -> Result<Vec<PathBuf>> {
    let several = figure.maps.len() > 1;
    let mut files = Vec::new();
    for (index, map) in figure.maps.iter().enumerate() {
        let number = if several {
            format!("-{}", index + 1)
        } else {
            String::new()
        };
        let file = folder.join(format!("{}-pixels{number}.png", figure.name));
        let bytes = map.exact_pixels(facts)?;
        WholeFile::write(&file, &bytes)?;
        files.push(file);
    }
    Ok(files)
}

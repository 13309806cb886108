//! Pictures of letters for terminals without Unicode.

use ratatui::buffer::Buffer;

/// Whether the terminal's character set, by the environment, has more than ASCII.
pub fn is_needed() -> bool {
    // The first one that is set decides, as for the C library.
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    let names_utf8 = set.is_some_and(|set| {
        let set = set.to_ascii_lowercase();
        set.contains("utf-8") || set.contains("utf8")
    });
    let term = std::env::var("TERM").unwrap_or_default();
    // The console of Linux has no braille.
    (cfg!(unix) && !names_utf8) || term == "linux"
}

/// Replaces what is not ASCII by what looks most like it.
pub fn plain(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let first = cell.symbol().chars().next().unwrap_or(' ');
        if !cell.symbol().is_ascii() {
            cell.set_char(alike(first));
        }
    }
}

fn alike(c: char) -> char {
    match c {
        '\u{2800}' => ' ',
        '\u{2801}'..='\u{28ff}' => '*',
        '│' | '┃' => '|',
        '─' | '━' => '-',
        '\u{2500}'..='\u{257f}' => '+',
        '\u{2580}'..='\u{259f}' => '#',
        '●' | '•' => 'o',
        '·' => '.',
        _ => '?',
    }
}

//! What a misspelt word may have meant.

/// The candidate nearest to a misspelt word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .min_by_key(|candidate| strsim::damerau_levenshtein(word, candidate))
}

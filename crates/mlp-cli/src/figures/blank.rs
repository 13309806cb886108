//! Whether figures of a run would be blank.

use mlp_train::Kind;

use super::view::View;
use crate::summary::failed;

/// Why all figures of a population would be blank, where they would. A map shows which of its networks diverged.
pub fn nothing_to_draw(view: &View) -> Option<String> {
    match view.kind() {
        Kind::Population => failed::of(view.experiment(), view.nets()),
        Kind::Train | Kind::Map => None,
    }
}

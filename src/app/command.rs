//! Commands: everything that a reviewer can tell the page to do.

use crate::core::cursor::Motion;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::Status;

/// Something to do. Keys, buttons and lists all speak in these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Label what is selected in the text; where nothing is, relabel the selected annotation.
    Label(LabelId),
    /// Delete the selected annotation.
    Delete,
    /// Take the last step back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Give up the selection in the text, then the selected annotation.
    Escape,
    /// Move the cursor; extend the selection where the second is true.
    Move(Motion, bool),
    /// Select an annotation.
    Select(RecordId),
    /// Select the next of the annotations that are drawn over one place, beginning with the smallest.
    SelectAmong(Vec<RecordId>),
    /// Select the annotation behind the selected one.
    NextAnnotation,
    /// Select the annotation before the selected one.
    PreviousAnnotation,
    /// Say how far the work on the open article is.
    SetStatus(Status),
    /// Go to the list of articles.
    OpenLibrary,
    /// Open an article.
    Open(ArticleId),
    /// Open the article before (-1) or behind (1) the open one.
    OpenNeighbour(isize),
}

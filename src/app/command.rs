//! Commands: everything that a reviewer can tell the page to do.

use crate::core::cursor::Motion;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::{RegionKind, Status};
use crate::core::snap::{Edge, Step};
use crate::core::text::Span;
use std::sync::Arc;

/// Something to do. Keys, buttons and lists all speak in these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Label what is selected in the text; where nothing is, relabel the selected annotations.
    Label(LabelId),
    /// Label what is selected in the text, though it lies in a region.
    LabelInRegion(LabelId),
    /// Delete the selected annotations.
    Delete,
    /// Move one end of the selected annotation; forward where the last is true.
    Nudge(Edge, Step, bool),
    /// Give an annotation another span.
    Resize(RecordId, Span),
    /// Cut the selected annotation in two where the cursor stands.
    Split,
    /// Make one of the selected annotations; of one alone and its nearest neighbour of the same label.
    Merge,
    /// Wait for a label's key, and give the selected annotation a twin with that label.
    Duplicate,
    /// Give the selected annotation a twin with this label.
    DuplicateAs(LabelId),
    /// Make the words selected in the text a part of the selected annotation: its attribute of this name.
    SetPart(Arc<str>),
    /// Wait for an annotation to be chosen, and relate the selected one to it.
    Relate,
    /// Relate the selected annotation to this one.
    RelateTo(RecordId),
    /// Take a relation away.
    Unrelate(RecordId),
    /// Mark what is selected as something that is not prose to label.
    Mark(RegionKind),
    /// Take away the regions where the cursor stands or the selection lies.
    Unmark,
    /// Copy the selected annotation's quote with its offsets.
    CopyQuote,
    /// Take the last step back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Leave what has been begun; give up the selection in the text, then the selected annotations.
    Escape,
    /// Move the cursor; extend the selection where the second is true.
    Move(Motion, bool),
    /// Select an annotation.
    Select(RecordId),
    /// Add an annotation to those that are selected together, or take it off.
    SelectAlso(RecordId),
    /// Add all annotations from the selected one to this one.
    SelectTo(RecordId),
    /// Select the next of the annotations that are drawn over one place, beginning with the smallest.
    SelectAmong(Vec<RecordId>),
    /// Select the annotation behind the selected one.
    NextAnnotation,
    /// Select the annotation before the selected one.
    PreviousAnnotation,
    /// Go to the fields of the selected annotation.
    EditAnnotation,
    /// Label each selection at once, or no longer.
    ToggleSticky,
    /// Snap selections to words, or no longer.
    ToggleSnapping,
    /// Say how far the work on the open article is.
    SetStatus(Status),
    /// Mark the open article as done and open the next that is not.
    Finish,
    /// Show one of the panels beside the text, and go there.
    ShowPanel(Panel),
    /// Go to the filter of the list of annotations.
    FilterAnnotations,
    /// Search, in the open article or in all of them.
    Search(SearchScope),
    /// Open a dialog.
    OpenDialog(Dialog),
    /// Choose files to import.
    Import,
    /// Go to the list of articles.
    OpenLibrary,
    /// Go to the list of entities.
    OpenEntities,
    /// Open an article.
    Open(ArticleId),
    /// Open an article and select a stretch of its text.
    OpenAt(ArticleId, Span),
    /// Open an article and select one of its annotations.
    OpenAnnotation(ArticleId, RecordId),
    /// Open the article before (-1) or behind (1) the open one.
    OpenNeighbour(isize),
}

/// A panel beside the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Panel {
    /// The list of annotations.
    #[default]
    Annotations,
    /// What is still to complete.
    ToComplete,
    /// Search.
    Search,
    /// What the labels mean.
    Guideline,
}

/// What is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SearchScope {
    /// The open article.
    #[default]
    Article,
    /// All articles.
    Corpus,
}

/// A dialog: it lies over the page, and takes all keys until it is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dialog {
    /// The formats that the corpus can be downloaded in.
    Export,
    /// How safe the work is.
    Storage,
    /// What is in the files that are to be imported.
    Import,
    /// All commands, to search and run.
    Commands,
    /// All keys, to see and change.
    Keys,
    /// Every place where the selected words stand, to label at once.
    SamePhrase,
    /// The annotations that the selected one can be related to.
    RelationTarget,
    /// Whether to label words all the same that lie in a region of this kind, or cross it: whether it covers all of them.
    LabelInRegion(LabelId, RegionKind, bool),
}

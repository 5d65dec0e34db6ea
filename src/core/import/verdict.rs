//! What becomes of a record of a file, and of how many.

use crate::core::record::{Record, Status};

/// What became of the records of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Those that we did not have. Articles are not counted among them.
    pub added: usize,
    /// Those that were newer in the file.
    pub updated: usize,
    /// Those that differ from ours, and of which ours stayed; an article is one where its metadata differ.
    pub kept: usize,
    /// Those that we have just so.
    pub same: usize,
    /// Of those that were added or updated, the ones that stand elsewhere in our text than in the file's.
    pub moved: usize,
    /// Relations one end of which was not taken in.
    pub left_out: usize,
    /// Parts of annotations whose words our text does not have there.
    pub parts: usize,
    /// Articles that got another id than the file suggests, since another text has that.
    pub renamed: usize,
}
/// What is to become of a record of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Added,
    Updated,
    Kept,
    Same,
}

impl Verdict {
    pub(super) fn of(ours: Option<&Record>, theirs: &Record, is_dated: bool) -> Self {
        match (ours, theirs) {
            (None, _) => Self::Added,
            (Some(ours), theirs) if ours == theirs => Self::Same,
            (Some(Record::Annotation(ours)), Record::Annotation(theirs)) if is_dated => {
                if ours.updated < theirs.updated {
                    Self::Updated
                } else {
                    Self::Kept
                }
            }
            (Some(Record::Annotation(ours)), Record::Annotation(theirs)) => {
                let (mut theirs, ours) = (theirs.clone(), ours);
                (theirs.created, theirs.updated) = (ours.created, ours.updated);
                if theirs == *ours { Self::Same } else { Self::Kept }
            }
            (Some(Record::Status(Status::NotStarted)), _) if is_dated => Self::Updated,
            _ => Self::Kept,
        }
    }

    /// Whether our record becomes theirs.
    pub(super) fn is_change(self) -> bool {
        matches!(self, Self::Added | Self::Updated)
    }
}

impl Counts {
    /// Counts one more record.
    pub(super) fn count(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Added => &mut self.added,
            Verdict::Updated => &mut self.updated,
            Verdict::Kept => &mut self.kept,
            Verdict::Same => &mut self.same,
        } += 1;
    }
}

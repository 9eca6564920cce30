//! Who owns the object that a create finds where it wanted to make one.
//!
//! That it looks like what was wanted proves nothing: somebody else may want the same. It is ours
//! if ARM said that it made it for us, or if there was nothing before our tries, one of them may
//! have been carried out, and what is there now is exactly what it sent.

/// Who owns an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// There is none of ours, and none is to come.
    Unowned,
    /// This create made it.
    Ours,
    /// Somebody else made it.
    Theirs,
    /// It may be there, or still come, and be ours: only a later look can tell.
    Unknown,
}

/// What is known of the tries of a create. Before the first of them there was nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// ARM answered 201 to a try, or the operation that one began ended well.
    pub(crate) created: bool,
    /// A try may have been carried out, or may still be: its answer was lost, or the end of its
    /// operation is not known.
    pub(crate) pending: bool,
}

/// What a look at the object's place shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// There is nothing, or nothing yet.
    Nothing,
    /// Exactly what was sent, with nothing else in it.
    AsSent,
    /// Something else.
    Other,
    /// It could not be looked at.
    Unreadable,
}

impl Evidence {
    /// Nothing was sent, or every try was refused.
    pub(crate) const REFUSED: Self = Self { created: false, pending: false };

    /// Who owns what is there. The table of ARCHITECTURE.md.
    pub(crate) fn ownership(self, observed: Observed) -> Ownership {
        match (observed, self.created, self.pending) {
            (Observed::Nothing, _, true) => Ownership::Unknown,
            (Observed::Nothing, _, false) => Ownership::Unowned,
            (_, true, _) => Ownership::Ours,
            (Observed::AsSent, false, true) => Ownership::Ours,
            (Observed::AsSent | Observed::Other, false, _) => Ownership::Theirs,
            (Observed::Unreadable, false, true) => Ownership::Unknown,
            (Observed::Unreadable, false, false) => Ownership::Unowned,
        }
    }
}

/// The evidence as the tries go on, with what of it still holds once the object is seen to be gone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ledger {
    evidence: Evidence,
    /// What is known once nothing is there; `None` while that changes nothing.
    if_gone: Option<Evidence>,
}

impl Ledger {
    pub(crate) fn evidence(self) -> Evidence {
        self.evidence
    }

    /// An earlier run may have sent a create.
    pub(crate) fn resumes(&mut self) {
        self.evidence.pending = true;
    }

    /// A try is sent.
    pub(crate) fn sends(&mut self) {
        self.if_gone = None;
    }

    /// ARM has accepted a try, which is pending until its operation has ended; by 201 ARM says that
    /// it makes the object.
    pub(crate) fn accepted(&mut self, status: u16) {
        self.evidence.pending = true;
        self.evidence.created |= status == 201;
    }

    /// The object is ours: an operation of ours ended well, or the evidence says so.
    pub(crate) fn is_ours(&mut self) {
        self.evidence.created = true;
    }

    /// The operation of a try ended badly, before which this much was known.
    pub(crate) fn operation_failed(&mut self, before: Evidence, conditional: bool) {
        if conditional {
            // What is there was not made by it, unless ARM said so before. Without a condition it
            // may have left something behind.
            self.evidence.pending = before.pending;
        }
        self.if_gone = Some(before);
    }

    /// The object of ours was left failed: once it is gone, nothing of ours is there or to come.
    pub(crate) fn left_failed(&mut self) {
        self.if_gone = Some(Evidence::REFUSED);
    }

    /// A try over nothing failed, but may have been carried out.
    pub(crate) fn create_failed(&mut self, maybe_applied: bool) {
        self.evidence.pending |= maybe_applied;
    }

    /// A try over an object of ours failed; once that is gone, it may have made the object anew.
    pub(crate) fn overwrite_failed(&mut self, maybe_applied: bool, maybe_made_anew: bool) {
        self.evidence.pending |= maybe_applied;
        self.if_gone = Some(Evidence { pending: maybe_made_anew, ..Evidence::REFUSED });
    }

    /// A look shows that nothing is there.
    pub(crate) fn nothing_there(&mut self) {
        self.evidence = self.if_gone.take().unwrap_or(self.evidence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision table of ARCHITECTURE.md, row by row.
    #[test]
    fn only_proof_makes_an_object_ours() {
        use Observed::{AsSent, Nothing, Other, Unreadable};
        use Ownership::{Ours, Theirs, Unknown, Unowned};
        let refused = Evidence::REFUSED;
        let pending = Evidence { pending: true, ..refused };
        let created = Evidence { created: true, ..refused };
        for (observed, when_refused, when_pending, when_created) in [
            (Nothing, Unowned, Unknown, Unowned),
            (AsSent, Theirs, Ours, Ours),
            (Other, Theirs, Theirs, Ours),
            (Unreadable, Unowned, Unknown, Ours),
        ] {
            assert_eq!(
                refused.ownership(observed),
                when_refused,
                "{observed:?}, every try refused"
            );
            assert_eq!(
                pending.ownership(observed),
                when_pending,
                "{observed:?}, a try without an end"
            );
            assert_eq!(created.ownership(observed), when_created, "{observed:?}, made for us");
        }
    }
}

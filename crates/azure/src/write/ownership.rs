//! Ownership of an object that a create finds.
//!
//! Equal properties prove nothing, because another client may create an equal object. This run owns
//! the object in two cases: ARM answered that it created the object for this run; or nothing
//! existed before the attempts, ARM may have carried out one of them, and the object equals what
//! was sent.

/// Owner of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// This run owns no object, and none will appear.
    Unowned,
    /// This run created the object.
    Ours,
    /// Another client created the object.
    Theirs,
    /// An object of this run may exist or still appear. Only a later read can tell.
    Unknown,
}

/// Evidence from the attempts of a create. Before the first attempt, nothing existed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// ARM answered an attempt with 201, or the operation of an attempt succeeded.
    pub(crate) created: bool,
    /// An attempt may have been carried out, or may still be: its response was lost, or the end of
    /// its operation is unknown.
    pub(crate) pending: bool,
}

/// Result of a read of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// The object does not exist, or not yet.
    Nothing,
    /// The object equals what was sent and contains nothing else.
    AsSent,
    /// The object differs from what was sent.
    Other,
    /// The read failed.
    Unreadable,
}

impl Evidence {
    /// Nothing was sent, or ARM refused every attempt.
    pub(crate) const REFUSED: Self = Self { created: false, pending: false };

    /// Returns the owner of the observed object, by the table in ARCHITECTURE.md.
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

/// Evidence during the attempts, including the evidence that remains if the object is found
/// deleted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ledger {
    evidence: Evidence,
    /// Evidence that holds if the object does not exist. `None` leaves the evidence unchanged.
    if_gone: Option<Evidence>,
}

impl Ledger {
    pub(crate) fn evidence(self) -> Evidence {
        self.evidence
    }

    /// Records that an earlier run may have sent a create.
    pub(crate) fn resumes(&mut self) {
        self.evidence.pending = true;
    }

    /// Records that an attempt is sent.
    pub(crate) fn sends(&mut self) {
        self.if_gone = None;
    }

    /// Records that ARM accepted an attempt, which is pending until its operation ends. The status
    /// 201 means that ARM creates the object.
    pub(crate) fn accepted(&mut self, status: u16) {
        self.evidence.pending = true;
        self.evidence.created |= status == 201;
    }

    /// Records that this run owns the object: its operation succeeded, or the evidence proves it.
    pub(crate) fn is_ours(&mut self) {
        self.evidence.created = true;
    }

    /// Records that the operation of an attempt failed. `before` is the evidence before the
    /// attempt.
    pub(crate) fn operation_failed(&mut self, before: Evidence, conditional: bool) {
        if conditional {
            // A conditional operation did not create an object that exists, unless ARM said so
            // before. An unconditional one may have left an object behind.
            self.evidence.pending = before.pending;
        }
        self.if_gone = Some(before);
    }

    /// Records that an object of this run is in a failed state. If it is found deleted, no object
    /// of this run exists or will appear.
    pub(crate) fn left_failed(&mut self) {
        self.if_gone = Some(Evidence::REFUSED);
    }

    /// Records that a create failed but may have been carried out.
    pub(crate) fn create_failed(&mut self, maybe_applied: bool) {
        self.evidence.pending |= maybe_applied;
    }

    /// Records that a write over an object of this run failed. If the object is found deleted, the
    /// write may have created it again.
    pub(crate) fn overwrite_failed(&mut self, maybe_applied: bool, maybe_made_anew: bool) {
        self.evidence.pending |= maybe_applied;
        self.if_gone = Some(Evidence { pending: maybe_made_anew, ..Evidence::REFUSED });
    }

    /// Records that a read found no object.
    pub(crate) fn nothing_there(&mut self) {
        self.evidence = self.if_gone.take().unwrap_or(self.evidence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the decision table of ARCHITECTURE.md, row by row.
    #[test]
    fn ownership_requires_proof() {
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

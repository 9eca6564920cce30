//! Whose an object is that a create finds where it wanted to make one.
//!
//! That it looks like what was wanted proves nothing: somebody else may want the same. It is ours
//! if ARM said that it made it for us, or if there was nothing before our tries, one of them may
//! have been carried out, and what is there now is exactly what it sent.

/// What is known of the tries of a create. Before the first of them there was nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    /// ARM answered 201 to one, or the operation that one began ended well.
    pub(crate) made: bool,
    /// One may have been carried out, or may still be: its answer was lost, or the end of its
    /// operation is not known.
    pub(crate) open: bool,
}

/// What a look at the object's place shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum There {
    /// There is nothing, or nothing yet.
    Nothing,
    /// Exactly what was sent, with nothing else in it.
    AsSent,
    /// Something else.
    Other,
    /// Nobody knows: it could not be looked at.
    Hidden,
}

/// Whose an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// There is none of ours, and none is to come.
    Nobodys,
    /// This create made it.
    Ours,
    /// Somebody else made it.
    Theirs,
    /// It may be there, or still come, and be ours: only a later look can tell.
    Unknown,
}

impl Tries {
    /// Whose it is. The table of ARCHITECTURE.md, "Whose an object is".
    pub(crate) fn whose(self, there: There) -> Whose {
        match (there, self.made, self.open) {
            (There::Nothing, _, true) => Whose::Unknown,
            (There::Nothing, _, false) => Whose::Nobodys,
            (_, true, _) => Whose::Ours,
            (There::AsSent, false, true) => Whose::Ours,
            (There::AsSent | There::Other, false, _) => Whose::Theirs,
            (There::Hidden, false, true) => Whose::Unknown,
            (There::Hidden, false, false) => Whose::Nobodys,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision table of ARCHITECTURE.md, row by row.
    #[test]
    fn only_proof_makes_an_object_ours() {
        use There::{AsSent, Hidden, Nothing, Other};
        use Whose::{Nobodys, Ours, Theirs, Unknown};
        let refused = Tries::default();
        let open = Tries { open: true, ..refused };
        let made = Tries { made: true, ..refused };
        for (there, when_refused, when_open, when_made) in [
            (Nothing, Nobodys, Unknown, Nobodys),
            (AsSent, Theirs, Ours, Ours),
            (Other, Theirs, Theirs, Ours),
            (Hidden, Nobodys, Unknown, Ours),
        ] {
            assert_eq!(refused.whose(there), when_refused, "{there:?}, every try refused");
            assert_eq!(open.whose(there), when_open, "{there:?}, a try without an end");
            assert_eq!(made.whose(there), when_made, "{there:?}, made for us");
        }
    }
}

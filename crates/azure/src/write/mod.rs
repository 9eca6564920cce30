//! Changes: PUT, PATCH, DELETE and POST with the operations that they begin.
//!
//! This is the only place that writes. A try that fails for a reason that passes is not sent again
//! as it was: the object is read, the body made from what is there, and the condition set anew, so
//! that nothing is written over what changed in between.

mod change;
mod create;
mod creation;
mod delete;
mod ownership;
mod post;
mod retry;
mod target;

pub use change::{Change, ChangeError, Changed, WriteMethod};
pub use creation::{CreateError, CreateEvent, Created, Creation, PreviousRun};
pub use ownership::Ownership;
pub use post::Post;

//! Writes: PUT, PATCH, DELETE, and POST, and the operations that they start.
//!
//! Only this module writes. After a temporary failure, a write is not sent again unchanged. The
//! object is read again, and body and condition are built from its current state, so that no change
//! made in between is overwritten.

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

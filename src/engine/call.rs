//! A call of Terraform under way.

use crate::assessment::reader::{Reader, Source};
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use plugin::context::Context;

/// A call of Terraform, and the Azure that it works with.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Azure, signed in.
    pub arm: &'a Arm,
    /// When the call ends.
    pub until: &'a Deadline,
    /// What Terraform says of the call.
    pub context: &'a Context,
}

impl<'a> Call<'a> {
    fn source(self) -> Source<'a> {
        Source { arm: self.arm, cache: None, until: self.until }
    }

    /// Reads all that an assessment asks for, and answers what it then says.
    ///
    /// # Errors
    ///
    /// As [`Source::assess`].
    pub async fn assess<T>(self, assess: impl Fn(&Reader) -> T) -> Result<T, Error> {
        self.source().assess(assess).await
    }

    /// As [`Self::assess`], where nothing that cannot be read is a failure.
    pub async fn look<T>(self, look: impl Fn(&Reader) -> T) -> T {
        self.source().read_all(look).await
    }
}

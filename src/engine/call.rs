//! The call of Terraform that the engine serves.

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
    /// The deadline of the call.
    pub until: &'a Deadline,
    /// The call's context from Terraform.
    pub context: &'a Context,
}

impl<'a> Call<'a> {
    fn source(self) -> Source<'a> {
        Source { arm: self.arm, cache: None, until: self.until }
    }

    /// Reads all objects that an assessment asks for, and returns its result.
    ///
    /// # Errors
    ///
    /// Those of [`Source::assess`].
    pub async fn assess<T>(self, assess: impl Fn(&Reader) -> T) -> Result<T, Error> {
        self.source().assess(assess).await
    }

    /// Runs an assessment in which objects that cannot be read are no failure.
    pub async fn look<T>(self, look: impl Fn(&Reader) -> T) -> T {
        self.source().read_all(look).await
    }
}

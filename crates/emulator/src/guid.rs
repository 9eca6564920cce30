//! Invented GUIDs, which are equal in every run, so that tests can compare them.

use uuid::Uuid;

/// Namespace of all invented GUIDs.
const NAMESPACE: Uuid = Uuid::from_u128(0x5e3f_1d1a_6a52_4f0f_9d9b_a1e0_0c0f_fee5);

/// Returns the GUID of a name.
pub(crate) fn fixed_guid(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// A sequence of new GUIDs.
#[derive(Debug, Default)]
pub(crate) struct GuidSequence(u64);

impl GuidSequence {
    /// Returns the next GUID.
    pub(crate) fn next(&mut self) -> Uuid {
        self.0 += 1;
        fixed_guid(&format!("made up {}", self.0))
    }

    /// Returns the number of GUIDs so far.
    pub(crate) fn count(&self) -> u64 {
        self.0
    }

    /// Continues the sequence of an earlier run.
    pub(crate) fn skip_to(&mut self, count: u64) {
        self.0 = self.0.max(count);
    }
}

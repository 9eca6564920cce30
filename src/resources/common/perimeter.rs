//! The network security perimeter that a resource is in.

use crate::assessment::isolation::perimeter::{Association, Issue, the_one};
use plugin::prelude::*;

/// A network security perimeter, as a resource in it shows it.
#[derive(Object, Clone, Debug)]
pub struct PerimeterView {
    /// ID of the perimeter.
    id: String,
    /// `Learning`, `Audit` or `Enforced`. The portal says Transition for `Learning`.
    access_mode: String,
    /// Name of the profile that the resource has there.
    profile: String,
    /// State of the perimeter at the resource: `Succeeded` once it has come there.
    provisioning_state: Option<String>,
    /// What keeps it from working as configured.
    provisioning_issues: Vec<String>,
}

impl PerimeterView {
    /// The perimeter that a resource shows, where it shows one.
    pub fn of(shown: &[Association]) -> Option<Self> {
        the_one(shown).map(|it| Self {
            id: it.perimeter.clone(),
            access_mode: it.mode.clone(),
            profile: it.profile.clone(),
            provisioning_state: it.state.clone(),
            provisioning_issues: it.issues.iter().map(Issue::text).collect(),
        })
    }
}

//! The network security perimeter of a resource.

use crate::assessment::isolation::perimeter::{Association, the_one};
use plugin::prelude::*;

/// A network security perimeter as an associated resource represents it.
#[derive(Object, Clone, Debug)]
pub struct PerimeterView {
    /// ID of the perimeter.
    id: String,
    /// Access mode: `Learning`, `Audit` or `Enforced`. The portal calls `Learning` Transition.
    access_mode: String,
    /// Name of the resource's profile in the perimeter.
    profile: String,
    /// Provisioning state of the perimeter's configuration at the resource. `Succeeded` means that
    /// the resource applies it.
    provisioning_state: Option<String>,
    /// Issues that prevent the resource from applying the configuration.
    provisioning_issues: Vec<String>,
}

impl PerimeterView {
    /// Returns the perimeter of a resource, if the resource shows one.
    pub fn of(shown: &[Association]) -> Option<Self> {
        the_one(shown).map(|it| Self {
            id: it.perimeter.id.clone(),
            access_mode: it.mode().to_owned(),
            profile: it.profile.name.clone(),
            provisioning_state: it.state.clone(),
            provisioning_issues: it.issues.iter().map(|issue| issue.properties.text()).collect(),
        })
    }
}

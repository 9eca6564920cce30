//! `azureai_private_dns_zone`, the list

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;

/// Lists private DNS zones.
#[derive(Model, Clone, Debug)]
pub struct Zones {
    #[tf(flatten)]
    scope: ListScope,
    /// If `true`, lists only zones for private link, whose names begin with `privatelink.`.
    /// Defaults to `false`.
    private_link_only: Option<bool>,
}

impl ArmList for Zones {
    const NAME: &'static str = "azureai_private_dns_zone";
    const LABEL: &'static str = "private DNS zones";

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(PRIVATE_DNS_ZONE)]
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        let private = id.name().to_ascii_lowercase().starts_with("privatelink.");
        let wanted = private || self.private_link_only != Some(true);
        if wanted { itself(id, PRIVATE_DNS_ZONE.name) } else { Vec::new() }
    }
}

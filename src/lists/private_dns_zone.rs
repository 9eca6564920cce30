//! `azureai_private_dns_zone`, the list

use crate::list::{ArmList, Source, Within, itself};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::list::ListResult;
use plugin::model::Model;
use serde_json::Value as Json;

/// Finds private DNS zones.
#[derive(Model, Clone, Debug)]
pub struct Zones {
    #[tf(flatten)]
    within: Within,
    /// Whether only zones for private link are meant, whose names begin with `privatelink.`.
    private_link_only: Option<bool>,
}

const TYPE: &str = "Microsoft.Network/privateDnsZones";

impl ArmList for Zones {
    const NAME: &'static str = "azureai_private_dns_zone";
    const LABEL: &'static str = "private DNS zones";

    fn within(&self) -> &Within {
        &self.within
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        Ok(vec![Source::Type((TYPE, "2024-06-01"))])
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        let private = id.name().to_ascii_lowercase().starts_with("privatelink.");
        let wanted = private || self.private_link_only != Some(true);
        if wanted { itself(id, TYPE) } else { Vec::new() }
    }
}

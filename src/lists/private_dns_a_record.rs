//! `azureai_private_dns_a_record`, the list

use crate::check;
use crate::list::{ArmList, Source, Within};
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::list::ListResult;
use plugin::model::Model;
use plugin::value::Value;
use serde_json::Value as Json;

/// Finds A records in private DNS zones, those that zone groups keep included.
///
/// Azure lists them by zone: without `private_dns_zone_id` there is a request for each zone.
#[derive(Model, Clone, Debug)]
pub struct Records {
    #[tf(flatten)]
    within: Within,
    /// ID of the zone whose records are meant.
    #[tf(check = check::id_of(&[ZONE]))]
    private_dns_zone_id: Option<String>,
}

const ZONE: &str = "Microsoft.Network/privateDnsZones";
const TYPE: &str = "Microsoft.Network/privateDnsZones/A";
const API: &str = "2024-06-01";

impl ArmList for Records {
    const NAME: &'static str = "azureai_private_dns_a_record";
    const LABEL: &'static str = "A records";

    fn within(&self) -> &Within {
        &self.within
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let child = ("A", API);
        let Some(zone) = &self.private_dns_zone_id else {
            return Ok(vec![Source::ChildrenOf((ZONE, API), child)]);
        };
        Ok(vec![Source::Children(check::parse(zone, "private_dns_zone_id")?, child)])
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let id = id.canonical(TYPE);
        let whole = object["properties"]["fqdn"].as_str().unwrap_or(id.name());
        vec![ListResult { name: whole.trim_end_matches('.').to_owned(), id: id.to_string() }]
    }

    fn validate(config: &Value) -> Diagnostics {
        Within::or(config, "private_dns_zone_id")
    }
}

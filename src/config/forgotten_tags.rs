//! Tags that a service accepts and does not keep. The provider does not write them, and reports
//! them.

use crate::config::tags::{Tagged, Tags};
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use plugin::field::Field;
use plugin::prelude::*;

/// Returns `true` if resources of the type do not keep a tag with that key. Private DNS does not
/// keep keys with a colon or a blank (hashicorp/terraform-provider-azurerm#6129, #23417,
/// Azure/azure-rest-api-specs#11748).
fn forgets(ty: &str, key: &str) -> bool {
    [PRIVATE_DNS_ZONE.name, VIRTUAL_NETWORK_LINK.name].contains(&ty) && key.contains([':', ' '])
}

/// Removes such tags from the planned `tags_all`, and returns their names where the tags change.
pub(crate) fn plan(ty: &str, prior: &Value, planned: &mut Value) -> Vec<String> {
    let Ok(Some(mut all)) = Option::<Tags>::decode(planned.get("tags_all").clone()) else {
        return Vec::new();
    };
    let keys: Vec<String> = all.keys().filter(|key| forgets(ty, key)).cloned().collect();
    if keys.is_empty() {
        return keys;
    }
    all.retain(|key, _| !keys.contains(key));
    planned.set_entry("tags_all", all.encode());
    if ["tags", "tags_all"].iter().all(|name| prior.get(name) == planned.get(name)) {
        return Vec::new();
    }
    keys
}

/// Keeps such tags among the resource's own tags, which Terraform expects as configured.
pub(crate) fn keep(ty: &str, known: Option<Tags>, tagged: &mut Tagged) {
    let forgotten = known.into_iter().flatten().filter(|(key, _)| forgets(ty, key));
    let mut forgotten = forgotten.peekable();
    if forgotten.peek().is_some() {
        let own = tagged.tags.get_or_insert_default();
        for (key, value) in forgotten {
            own.entry(key).or_insert(value);
        }
    }
}

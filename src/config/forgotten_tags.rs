//! Tags that a service accepts and forgets. They are left out of what is written, and told.

use crate::config::tags::{Tagged, Tags};
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use plugin::field::Field;
use plugin::prelude::*;

/// Whether resources of the type forget a tag of that key: those of private DNS do, where it has a
/// colon or a blank (hashicorp/terraform-provider-azurerm#6129, #23417,
/// Azure/azure-rest-api-specs#11748).
fn forgets(ty: &str, key: &str) -> bool {
    [PRIVATE_DNS_ZONE.name, VIRTUAL_NETWORK_LINK.name].contains(&ty) && key.contains([':', ' '])
}

/// Takes them out of the planned `tags_all`, and answers their names where the tags change.
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

/// Keeps them among the resource's own tags, which Terraform expects as they are configured.
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

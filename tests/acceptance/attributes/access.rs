//! Attributes of `azureai_public_network_access`.

use super::each_works;
use crate::world::World;

#[test]
fn every_public_network_access_attribute_updates_or_replaces_as_documented() {
    each_works(
        &World::new(),
        r#"
resource "azureai_public_network_access" "it" {
  resource_id           = local.workspace
  public_network_access = "Enabled"
  guard {
    mode = "off"
  }
  # here
}"#,
        r#"
update: on_destroy
from:   on_destroy = "restore"
to:     on_destroy = "retain"

update: on_destroy
from:   on_destroy = "restore"

update: mode
place:  "off"
to:     "enforce"

update: require_dns
place:  mode = "off"
to:     require_dns = false

update: require_groups
place:  mode = "off"
to:     require_groups = ["amlworkspace"]

update: client_virtual_network_ids
place:  mode = "off"
to:     client_virtual_network_ids = [local.vnet]

update: private_endpoint_ids
place:  mode = "off"
to:     private_endpoint_ids = ["${local.network}/privateEndpoints/pe-hub"]

update: public_network_access
place:  "Enabled"
to:     "Disabled"

replace: resource_id
place:   local.workspace
to:      local.storage
"#,
    );
}

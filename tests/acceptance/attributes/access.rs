//! The attributes of `azureai_public_network_access`.

use super::each_works;
use crate::world::World;

#[test]
fn public_network_access() {
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

update: public_network_access
place:  "Enabled"
to:     "Disabled"

replace: resource_id
place:   local.workspace
to:      local.storage
"#,
    );
}

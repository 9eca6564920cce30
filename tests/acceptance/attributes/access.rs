//! The attributes of `azureai_public_network_access`.

use super::{HERE, Replace, Update, each_works};
use crate::world::World;

#[test]
fn public_network_access() {
    let world = World::new();
    let base = r#"
resource "azureai_public_network_access" "it" {
  resource_id           = local.workspace
  public_network_access = "Enabled"
  # here
}"#;
    let (off, guard) = (
        "guard {\n mode = \"off\"\n }",
        "guard {\n mode = \"enforce\"\n }",
    );
    each_works(
        &world,
        base,
        &[
            (
                "on_destroy",
                HERE,
                "on_destroy = \"restore\"",
                "on_destroy = \"retain\"",
                Update,
            ),
            ("guard.mode", HERE, off, guard, Update),
            (
                "resource_id",
                "local.workspace",
                "local.workspace",
                "local.storage",
                Replace,
            ),
        ],
    );
    let base = base.replace(HERE, &format!("{off}\n  {HERE}"));
    let value = "\"Enabled\"";
    each_works(
        &world,
        &base,
        &[(
            "public_network_access",
            value,
            value,
            "\"Disabled\"",
            Update,
        )],
    );
}

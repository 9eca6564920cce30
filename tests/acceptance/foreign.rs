//! States of other providers, and how to place them in a world.
//!
//! `tests/moves` has a state of each kind, as these providers write it, with `${group}` for the ID
//! of the resource group.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::world::World;

const CONNECTION: &str = "Microsoft.KeyVault/vaults/privateEndpointConnections";

/// A resource in the state of another provider, from `tests/moves`.
pub struct Foreign {
    /// Address in the other provider's state.
    pub from: String,
    /// Address in this provider's configuration.
    pub to: String,
    pub resource: Value,
}

impl Foreign {
    /// Reads the state with this name: the name of a file, and after a slash the key of a state in
    /// the file.
    pub fn read(world: &World, name: &str) -> Self {
        let (name, key) = name.split_once('/').unwrap_or((name, ""));
        let path = format!("{}/tests/moves/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut text = fs::read_to_string(path).unwrap().replace("${group}", &world.cloud.group());
        if let Some(connection) = world.cloud.of_kind(CONNECTION).first() {
            text = text.replace("${connection}", connection["name"].as_str().unwrap());
        }
        let whole: Value = serde_json::from_str(&text).unwrap();
        let fixture = if key.is_empty() { &whole } else { &whole[key] };
        let resource = fixture["resource"].clone();
        let word = |name: &str| resource[name].as_str().unwrap().to_owned();
        let from = format!("{}.{}", word("type"), word("name"));
        Self { from, to: fixture["to"].as_str().unwrap().to_owned(), resource }
    }

    pub fn block(&self) -> String {
        format!("moved {{\n  from = {}\n  to   = {}\n}}\n", self.from, self.to)
    }
}

/// Lets Terraform find the other providers. For a resource that is moved to another type, Terraform
/// only starts the provider and requests its schema, so this program can stand in for it.
pub fn with_their_providers(world: &World) {
    let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-azureai"));
    let mut overrides = String::new();
    let theirs = [
        ("hashicorp/azurerm", "azurerm"),
        ("azure/azapi", "azapi"),
        ("mirror.example/elsewhere/azureai", "azureai"),
    ];
    for (address, name) in theirs {
        let folder = world.folder().join(name);
        fs::create_dir(&folder).unwrap();
        let target = folder.join(format!("terraform-provider-{name}"));
        fs::hard_link(program, &target)
            .or_else(|_| std::os::unix::fs::symlink(program, &target))
            .unwrap();
        overrides.push_str(&format!("    \"{address}\" = \"{}\"\n", folder.display()));
    }
    let file = world.folder().join("terraform.rc");
    let text = fs::read_to_string(&file).unwrap();
    let opening = "dev_overrides {\n";
    fs::write(&file, text.replace(opening, &format!("{opening}{overrides}"))).unwrap();
}

/// Writes a state in which these objects belong to other providers.
pub fn become_theirs(world: &World, theirs: &[Foreign]) {
    let mut state = world.state();
    let resources = state["resources"].as_array_mut().unwrap();
    for foreign in theirs {
        let (ty, name) = foreign.to.split_once('.').unwrap();
        let before = resources.len();
        resources.retain(|it| it["type"] != ty || it["name"] != name);
        assert_eq!(resources.len() + 1, before, "{} is there", foreign.to);
        resources.push(foreign.resource.clone());
    }
    world.file("terraform.tfstate", &state.to_string());
}

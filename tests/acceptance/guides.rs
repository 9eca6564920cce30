//! Acceptance tests of the configuration blocks of the guides and the README: the real Terraform
//! accepts each block unchanged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::newer_queries;
use crate::pieces;
use crate::world::World;

/// Objects that a block may refer to without declaring them, and their declarations.
const ELSEWHERE: [(&str, &str); 6] = [
    ("azureai_private_dns_zone.workspace", ZONES),
    ("azureai_private_endpoint.hub", pieces::ENDPOINT),
    ("data.azureai_workspace.hub", WORKSPACE),
    ("azureai_private_endpoint.account", ENDPOINT_OF_ACCOUNT),
    ("data.azureai_foundry_account.existing", ACCOUNT),
    ("local.workspace_id", "locals {\n  workspace_id = local.workspace\n}\n"),
];

const ZONES: &str = r#"
resource "azureai_private_dns_zone" "workspace" {
  for_each            = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])
  name                = each.value
  resource_group_name = "rg-ai"
}
"#;

const ENDPOINT_OF_ACCOUNT: &str = r#"
resource "azureai_private_endpoint" "account" {
  name                = "pe-account"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}
"#;

const ACCOUNT: &str = r#"
data "azureai_foundry_account" "existing" {
  name                = "airef-foundry"
  resource_group_name = "rg-ai"
}
"#;

const WORKSPACE: &str = r#"
data "azureai_workspace" "hub" {
  id = local.workspace
}
"#;

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides = fs::read_dir(root.join("docs/guides")).unwrap();
    guides.map(|entry| entry.unwrap().path()).chain([root.join("README.md")]).collect()
}

/// Returns the configuration blocks of a page.
fn blocks(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let mut lines = text.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if ["```terraform", "```hcl"].contains(&line.trim()) {
            // A block in a list is indented like its fence.
            let indent = line.len() - line.trim_start().len();
            let inside = lines.by_ref().take_while(|line| line.trim() != "```");
            blocks.push(
                inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or(""))).collect(),
            );
        }
    }
    blocks
}

/// Returns the names that follow a prefix such as `var.`.
fn named<'b>(block: &'b str, prefix: &str) -> BTreeSet<&'b str> {
    let word = |rest: &'b str| {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    };
    block.split(prefix).skip(1).map(word).collect()
}

/// Returns the block with the declarations that it leaves to the reader.
fn whole(world: &World, block: &str) -> String {
    let opening = pieces::opening(&world.cloud);
    let (terraform, locals) = opening.split_once(pieces::PROVIDER).unwrap();
    let mut text = block.to_owned();
    for (sign, part) in [
        ("required_providers", terraform),
        ("provider \"azureai\"", pieces::PROVIDER),
        ("locals {", locals),
    ] {
        if !block.contains(sign) {
            text.push_str(part);
        }
    }
    let declared = named(block, "variable \"");
    for name in named(block, "var.").difference(&declared) {
        text.push_str(&format!("\nvariable \"{name}\" {{\n  default = null\n}}\n"));
    }
    for (name, declaration) in ELSEWHERE {
        let head = declaration.trim().lines().next().unwrap();
        let (kind, last) = name.rsplit_once('.').unwrap();
        let used = named(block, &format!("{kind}.")).contains(last);
        if used && !block.contains(head) {
            text.push_str(declaration);
        }
    }
    text
}

/// Returns every block, and `true` if it needs Terraform 1.14, the first version with actions.
fn all() -> impl Iterator<Item = (String, bool)> {
    pages().into_iter().flat_map(|page| blocks(&page)).map(|block| {
        let newer = block.contains("action \"");
        (block, newer)
    })
}

fn check(world: &World, block: &str) {
    world.file("formatted.tf", block);
    world.run(&["fmt", "-check", "-diff", "formatted.tf"]).succeeds();
    fs::remove_file(world.path("formatted.tf")).unwrap();
    // Blocks of other providers and modules need a download, and a test is no configuration.
    if !["azurerm_", "azapi_", "module \"", "run \""].iter().any(|other| block.contains(other)) {
        world.file("main.tf", &whole(world, block));
        world.validate().succeeds();
    }
}

#[test]
fn every_block_is_valid_and_formatted() {
    let world = World::new();
    let blocks: Vec<String> = all().filter(|(_, newer)| !newer).map(|(block, _)| block).collect();
    assert!(blocks.len() > 25, "{} blocks", blocks.len());
    blocks.iter().for_each(|block| check(&world, block));
}

#[test]
fn newer_blocks_are_valid_and_formatted() {
    let Some(world) = newer_queries::world("guides with actions") else { return };
    let blocks: Vec<String> = all().filter(|(_, newer)| *newer).map(|(block, _)| block).collect();
    assert!(!blocks.is_empty());
    blocks.iter().for_each(|block| check(&world, block));
}

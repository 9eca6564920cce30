//! The provider's program: its output, its speed, and that it leaves no process or file behind.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::pieces;
use crate::world::World;

#[test]
fn program_started_by_hand_names_terraform_and_fails() {
    let output = Command::new(env!("CARGO_BIN_EXE_terraform-provider-azureai"))
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "nothing on standard output");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.to_lowercase().contains("terraform"), "{text}");
}

#[test]
fn validate_takes_less_than_ten_seconds() {
    let world = World::new();
    for hcl in [String::new(), pieces::one_of_each()] {
        world.config(&hcl);
        let outcome = world.validate().succeeds();
        // A provider that ignores Terraform's request to exit adds two seconds to each phase.
        assert!(outcome.time() < Duration::from_secs(10), "{:?}", outcome.time());
    }
    assert!(world.cloud.requests().is_empty());
}

#[test]
fn schema_lists_every_type_and_describes_every_attribute() {
    let world = World::new();
    world.config("");
    let outcome = world.run(&["providers", "schema", "-json"]).succeeds();
    let text = outcome.output();
    let schema: Value = serde_json::from_str(text.trim()).unwrap();
    let schema = &schema["provider_schemas"]["registry.terraform.io/azureai/azureai"];
    let names = |kind: &str| -> Vec<String> {
        schema[kind].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    for (address, _) in pieces::where_each_is(&world.cloud) {
        let kind = address.split('.').next().unwrap().to_owned();
        assert!(names("resource_schemas").contains(&kind), "{kind} is missing");
    }
    assert!(names("data_source_schemas").contains(&"azureai_workspace".to_owned()));
    assert!(names("functions").contains(&"parse_resource_id".to_owned()));
    for kind in ["resource_schemas", "data_source_schemas"] {
        for (name, schema) in schema[kind].as_object().unwrap() {
            every_attribute_is_described(name, &schema["block"]);
        }
    }
}

fn every_attribute_is_described(path: &str, block: &Value) {
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let description = attribute["description"].as_str().unwrap_or_default();
        assert!(description.ends_with(['.', ':']), "{path}.{name}: {description:?}");
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        every_attribute_is_described(&format!("{path}.{name}"), &nested["block"]);
    }
}

#[test]
fn parse_resource_id_works_without_credentials() {
    let mut world = World::new();
    world.config("");
    world.unset("ARM_CLIENT_SECRET").unset("ARM_METADATA_HOSTNAME");
    let call = |id: &str, part: &str| {
        world.console(&format!("provider::azureai::parse_resource_id({id}).{part}\n"))
    };
    call("local.subnet", "resource_name").succeeds().says("\"snet-pe\"");
    call("local.subnet", "resource_group_name").succeeds().says("\"rg-ai\"");
    call("upper(local.subnet)", "resource_name").succeeds().says("\"SNET-PE\"");
    call("\"/nonsense\"", "resource_name").fails_with("/nonsense");
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_or_temporary_file_remains_after_a_command() {
    let world = World::new();
    world.config(pieces::ZONE);
    let is_clean = |command: &str| {
        assert_eq!(world.processes(), Vec::<String>::new(), "processes after {command}");
        let files: Vec<_> = std::fs::read_dir(world.temporary_files()).unwrap().collect();
        assert!(files.is_empty(), "files after {command}: {files:?}");
    };
    world.validate().succeeds();
    is_clean("validate");
    world.plan().succeeds();
    is_clean("plan");
    world.apply().succeeds();
    is_clean("apply");
    world.destroy().succeeds();
    is_clean("destroy");
}

#[test]
fn features_block_of_azurerm_is_accepted_with_a_warning() {
    let world = World::new();
    let features = r#"
provider "azureai" {
  features {
    key_vault {
      purge_soft_delete_on_destroy    = true
      recover_soft_deleted_key_vaults = false
    }
    machine_learning {
      purge_soft_deleted_workspace_on_destroy = true
    }
    resource_group {
      prevent_deletion_if_contains_resources = false
    }
    virtual_machine {}
    enhanced_validation {
      preflight_enabled = true
      location_fallback = "eastus"
    }
  }
}
"#;
    for provider in ["provider \"azureai\" {\n  features {}\n}\n", features] {
        world.config_with_provider(provider, pieces::ZONE);
        world.validate().warns("`features` has no effect").says("Remove the block.");
        world.apply().warns("`features` has no effect");
        world.plan().is_quiet();
    }
    let older = "provider \"azureai\" {\n  enhanced_validation {\n    locations = true\n  }\n}\n";
    world.config_with_provider(older, pieces::ZONE);
    world.plan().is_quiet().says("`enhanced_validation` has no effect");
    world.config_with_provider(&features.replace("key_vault", "key_safe"), pieces::ZONE);
    world.validate().fails_with("key_safe");
}

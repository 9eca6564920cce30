//! Acceptance tests of every resource, data source, and function with another Terraform than the
//! other tests use, such as the newest.
//!
//! `AZUREAI_NEWER_TERRAFORM` is the path of a program that behaves as `terraform`:
//!
//! ```sh
//! AZUREAI_NEWER_TERRAFORM=/opt/terraform-1.15/terraform cargo test --test acceptance newer_
//! ```
//!
//! If the variable is not set, the tests run with the `terraform` on the PATH, so they are never
//! skipped. Each test prints its version of Terraform (`cargo test .. -- --nocapture`).

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::examples::comes_and_goes;
use crate::pieces;
use crate::world::World;

/// Returns a world with that Terraform, or with OpenTofu, which behaves as `terraform` here.
fn world() -> World {
    let mut world = World::new();
    if let Ok(program) = std::env::var("AZUREAI_NEWER_TERRAFORM") {
        world.use_terraform(&program);
    }
    let version = world.run(&["version"]).says(" v1.");
    let names = ["Terraform v", "OpenTofu v"];
    let line = version.output().lines().find(|line| names.iter().any(|it| line.starts_with(it)));
    eprintln!("runs with {}", line.unwrap_or_default());
    let subscription = world.cloud.subscription();
    world.set("TF_VAR_subscription_id", &subscription);
    world
}

/// Returns the examples of a group that the documentation includes.
fn examples(group: &str) -> Vec<String> {
    let folder = format!("examples/{group}");
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut examples: Vec<String> = names.map(|name| format!("{folder}/{name}")).collect();
    examples.sort();
    examples
}

/// Applies the example, removes its resources from the state, imports them, and destroys them.
fn is_imported(world: &World) {
    world.apply().succeeds();
    let made = resources(world);
    assert!(!made.is_empty(), "the example has resources");
    for (address, _) in &made {
        world.run(&["state", "rm", address]).succeeds();
    }
    let blocks = made.iter().map(|(address, id)| {
        let id = pieces::odd_casing(id);
        format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n")
    });
    world.file("imports.tf", &blocks.collect::<String>());
    world.plan().imports(made.len());
    // The apply records what only the configuration has, such as `on_destroy`.
    world.apply().creates(0).replaces(0).destroys(0);
    fs::remove_file(world.path("imports.tf")).unwrap();
    world.plan().is_quiet();
    world.destroy().destroys(made.len());
}

/// Returns the address and the ID of each managed resource in the state.
fn resources(world: &World) -> Vec<(String, String)> {
    let state = world.state();
    let recorded = state["resources"].as_array().into_iter().flatten();
    let managed = recorded.filter(|resource| resource["mode"] == "managed");
    let named = |resource: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (ty, name) = (text(&resource["type"]), text(&resource["name"]));
        let instances = resource["instances"].as_array().unwrap().iter().map(|instance| {
            let key = &instance["index_key"];
            let key = if key.is_null() { String::new() } else { format!("[{key}]") };
            (format!("{ty}.{name}{key}"), text(&instance["attributes"]["id"]))
        });
        instances.collect::<Vec<_>>()
    };
    managed.flat_map(named).collect()
}

#[test]
fn one_of_each_kind_is_applied_and_imported() {
    let world = world();
    world.config(&pieces::one_of_each());
    comes_and_goes(&world);
    is_imported(&world);
}

/// Returns a world for each example of a group.
fn worlds_of(group: &str) -> impl Iterator<Item = World> {
    examples(group).into_iter().map(|folder| {
        let world = world();
        world.copy("examples/provider").copy(&folder);
        world
    })
}

#[test]
fn every_example_of_a_resource_is_applied_and_imported() {
    for world in worlds_of("resources") {
        comes_and_goes(&world);
        is_imported(&world);
    }
}

#[test]
fn every_example_of_a_data_source_is_applied() {
    worlds_of("data-sources").for_each(|world| comes_and_goes(&world));
}

#[test]
fn every_example_of_a_function_is_applied() {
    worlds_of("functions").for_each(|world| comes_and_goes(&world));
}

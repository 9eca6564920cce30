//! A bill in the format CycloneDX.

use std::collections::BTreeSet;

use serde_json::Value;

use super::crates::Crate;
use crate::failure::{Context as _, Failure, Result};

/// Removes the crates that the program does not contain, and the paths of this machine. `folder` is
/// the folder of the program's package below the workspace. Returns the number of crates.
///
/// # Errors
///
/// Returns an error if the bill lacks a crate of the program.
pub(crate) fn keep(bill: &mut Value, program: &BTreeSet<Crate>, folder: &str) -> Result<usize> {
    let root = bill["metadata"]["component"].clone();
    let place = place(reference(&root), folder)?;
    let mut refs = BTreeSet::from([reference(&root).to_owned()]);
    let mut listed = BTreeSet::from([name(&root)]);
    if let Some(components) = bill["components"].as_array_mut() {
        components.retain(|component| program.contains(&name(component)));
        refs.extend(components.iter().map(|it| reference(it).to_owned()));
        listed.extend(components.iter().map(name));
    }
    if listed != *program {
        let missing: Vec<String> = program.difference(&listed).map(|it| it.0.clone()).collect();
        return Err(Failure::new(format!(
            "cargo cyclonedx does not list {}, which the program contains",
            missing.join(", ")
        )));
    }
    if let Some(dependencies) = bill["dependencies"].as_array_mut() {
        let is_kept = |it: &Value| it.as_str().is_some_and(|it| refs.contains(it));
        dependencies.retain(|it| is_kept(&it["ref"]));
        for dependency in dependencies {
            if let Some(needs) = dependency["dependsOn"].as_array_mut() {
                needs.retain(is_kept);
            }
        }
    }
    rename(bill, &place);
    Ok(listed.len())
}

fn reference(component: &Value) -> &str {
    component["bom-ref"].as_str().unwrap_or_default()
}

fn name(component: &Value) -> Crate {
    let text = |key: &str| component[key].as_str().unwrap_or_default().to_owned();
    (text("name"), text("version"))
}

/// Returns the URL of the workspace, from cargo's ID of a package, such as
/// `path+file:///place/folder#0.1.0`.
fn place(id: &str, folder: &str) -> Result<String> {
    let url = id.strip_prefix("path+").and_then(|it| it.split_once('#')).map(|(url, _)| url);
    let place = url.and_then(|url| url.strip_suffix(folder));
    Ok(place.context(format!("cargo cyclonedx has an unknown reference: {id}"))?.to_owned())
}

/// Replaces the URL of the workspace in every text.
fn rename(value: &mut Value, place: &str) {
    match value {
        Value::String(text) => *text = text.replace(place, "file://."),
        Value::Array(all) => all.iter_mut().for_each(|it| rename(it, place)),
        Value::Object(all) => all.values_mut().for_each(|it| rename(it, place)),
        _ => {}
    }
}

//! Deletes and changes resources between two rounds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Counts, GROUPS, MEMBERSHIPS, NETWORKS, SUBNET, ids_of_world, is_theirs};
use crate::emulator::Emulator;
use crate::failure::Result;

/// Deletes or changes every twentieth resource, with a different selection in each round.
pub(super) fn drift(
    emulator: &Emulator,
    before: &BTreeSet<String>,
    counts: Counts,
    round: usize,
) -> Result<String> {
    let ids = ids_of_world(emulator)?;
    // A membership is not an object of its own.
    let ours = ids.difference(before).filter(|id| !is_theirs(id) && !id.contains('|'));
    let (mut gone, mut changed) = (0, 0);
    for (number, id) in ours.enumerate().filter(|(number, _)| number % 20 == round % 20) {
        let is_record = id.contains("/privatednszones/") && id.contains("/a/");
        if number % 3 == 0 && (is_record || id.contains("/virtualnetworklinks/")) {
            emulator.order("delete", &json!({ "id": id }))?;
            gone += 1;
        } else if is_record {
            let body = json!({ "properties": { "ttl": 60 + round } });
            emulator.order("patch", &json!({ "id": id, "body": body }))?;
            changed += 1;
        } else {
            let body = json!({ "tags": { "drift": round.to_string() } });
            emulator.order("patch", &json!({ "id": id, "body": body }))?;
            changed += 1;
        }
    }
    changed += drift_of_parts(emulator, counts, round)?;
    Ok(format!(", {gone} deleted and {changed} changed"))
}

/// Removes each of the first endpoints from a group and tags it, enables public access, and resets
/// the network policies of the subnets.
fn drift_of_parts(emulator: &Emulator, counts: Counts, round: usize) -> Result<usize> {
    let group = emulator.group()?;
    let patch = |tail: &str, body: Value| {
        let id = format!("{group}/providers/{tail}");
        emulator.order("patch", &json!({ "id": id, "body": body }))
    };
    for number in 0..counts.members {
        let endpoint = format!("Microsoft.Network/privateEndpoints/soak-{number}");
        let found = patch(&endpoint, json!({}))?;
        let lost = format!("/ours-{}", round % GROUPS);
        let listed = found["properties"][MEMBERSHIPS].as_array().into_iter().flatten();
        let stays = |it: &&Value| !it["id"].as_str().is_some_and(|id| id.ends_with(&lost));
        let groups: Vec<&Value> = listed.filter(stays).collect();
        let tags = json!({ "drift": round.to_string() });
        patch(&endpoint, json!({ "tags": tags, "properties": { MEMBERSHIPS: groups } }))?;
    }
    for target in
        ["Microsoft.Storage/storageAccounts/airefstorage", "Microsoft.KeyVault/vaults/airefkv"]
    {
        patch(target, json!({ "properties": { "publicNetworkAccess": "Enabled" } }))?;
    }
    for number in 0..NETWORKS {
        let subnet = format!("Microsoft.Network/virtualNetworks/soak-{number}/subnets/{SUBNET}");
        patch(&subnet, json!({ "properties": { "privateEndpointNetworkPolicies": "Disabled" } }))?;
    }
    Ok(2 * counts.members + 2 + NETWORKS)
}

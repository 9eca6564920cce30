//! Acceptance tests of provisioning issues of network security perimeters: they are shown, reported
//! with a fix, and reconciled.

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::newer_queries::{self, example};
use crate::perimeters::{ASSOCIATION, PERIMETER, associate, issue};
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";
const FLAG: &str = "azureai_public_network_access.it";
const POSTURE: &str = "data.azureai_network_isolation_posture.hub";
const RECONCILE: &str = "azureai_reconcile_network_security_perimeter";

const BOTH: &str = r#"
data "azureai_network_isolation_posture" "hub" {
  resource_id = local.workspace
}

resource "azureai_public_network_access" "it" {
  resource_id           = local.storage
  public_network_access = "Enabled"
}
"#;

/// Returns an issue with what Azure suggests: rules of the profile, and another resource in the
/// perimeter.
fn suggestions(world: &World) -> Value {
    let prefixes = ["203.0.113.0/24", "198.51.100.7/32"];
    let subscription = format!("/subscriptions/{}", world.cloud.subscription());
    let rules = json!([
        {"name": "office", "properties": {"direction": "Inbound", "addressPrefixes": prefixes}},
        {"name": "own", "properties": {"subscriptions": [{"id": subscription}]}},
    ]);
    let issue = json!({
        "issueType": "MissingPerimeterConfiguration",
        "severity": "Error",
        "description": "A key of a vault is not reached.",
        "suggestedResourceIds": [world.cloud.id(VAULT)],
        "suggestedAccessRules": rules,
    });
    json!({"properties": {"provisioningIssues": [{"name": "one", "properties": issue}]}})
}

fn reported(world: &World) -> Vec<Value> {
    let found = world.attribute(POSTURE, "findings");
    let of_perimeters = |it: &&Value| it["code"] == "AAI121";
    found.as_array().unwrap().iter().filter(of_perimeters).cloned().collect()
}

/// Reads the posture, returns its findings about perimeters, and asserts that their fixes are
/// formatted.
fn look(world: &World) -> Vec<Value> {
    world.apply().succeeds();
    let reported = reported(world);
    for finding in &reported {
        let fix = finding["remediation_hcl"].as_str().unwrap();
        world.file("fix/fix.tf", &format!("{fix}\n"));
        world.run(&["fmt", "-check", "-diff", "fix/fix.tf"]).succeeds();
        assert!(finding["resource_id"].as_str().unwrap().ends_with("/airefstorage"), "{finding}");
        assert_eq!(finding["evidence"], "arm");
    }
    reported
}

#[test]
fn provisioning_issues_are_reported_with_their_fix() {
    let world = World::new();
    associate(&world, STORAGE, Some("Learning"), "Succeeded");
    world.config(BOTH);
    assert_eq!(look(&world), [Value::Null; 0], "nothing is wrong with it");
    world.cloud.patch(ASSOCIATION, &suggestions(&world));
    let found = look(&world);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["severity"], "error");
    let message = found[0]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "perimeter nsp (Learning) has not taken effect on airefstorage as configured: \
         MissingPerimeterConfiguration: A key of a vault is not reached."
    );
    let fix = found[0]["remediation_hcl"].as_str().unwrap();
    let profile = world.cloud.id(&format!("{PERIMETER}/profiles/one"));
    for says in [
        "resource \"azurerm_network_security_perimeter_access_rule\" \"office\" {",
        &format!("network_security_perimeter_profile_id = \"{profile}\""),
        "address_prefixes                      = [\"203.0.113.0/24\", \"198.51.100.7/32\"]",
        "direction                             = \"Inbound\"",
        "subscription_ids ",
        "resource \"azurerm_network_security_perimeter_association\" \"airefkv\" {",
    ] {
        assert!(fix.contains(says), "{says}: {fix}");
    }
    let shown = world.attribute(FLAG, "network_security_perimeter");
    let expected = json!({
        "id": world.cloud.id(PERIMETER),
        "access_mode": "Learning",
        "profile": "one",
        "provisioning_state": "Succeeded",
        "provisioning_issues": ["MissingPerimeterConfiguration: A key of a vault is not reached."],
    });
    assert_eq!(shown, expected);
    assert_eq!(world.attribute(FLAG, "effective_exposure"), "public", "its own rules decide");

    world.cloud.patch(ASSOCIATION, &issue("Warning"));
    let found = look(&world);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["severity"], "warning");
    let fix = found[0]["remediation_hcl"].as_str().unwrap();
    assert!(fix.contains(&format!("action {RECONCILE:?} \"airefstorage\" {{")), "{fix}");

    // Without an issue, the finding reports the state of the association.
    for (state, severity) in [("Failed", "error"), ("Creating", "warning")] {
        associate(&world, STORAGE, Some("Enforced"), state);
        let found = look(&world);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0]["severity"], severity);
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("its provisioning state is {state}")), "{message}");
    }
    associate(&world, STORAGE, None, "");
    assert_eq!(look(&world), [Value::Null; 0]);
    assert_eq!(world.attribute(FLAG, "network_security_perimeter"), Value::Null);
}

#[test]
fn newer_an_action_reconciles_a_perimeter() {
    let Some(world) = newer_queries::world("the example of a perimeter") else { return };
    let path = format!("examples/actions/{RECONCILE}/action.tf");
    let text = example(&world, path.trim_start_matches("examples/")).unwrap();
    world.copy("examples/provider");
    world.file("it.tf", &text);
    world.apply().succeeds();
    let invoke = |name: &str| {
        let invoke = format!("-invoke=action.{RECONCILE}.{name}");
        world.run(&["apply", "-input=false", "-auto-approve", &invoke])
    };
    invoke("storage").fails_with("The resource is in no network security perimeter");
    associate(&world, STORAGE, Some("Enforced"), "Failed");
    world.cloud.patch(ASSOCIATION, &issue("Error"));
    let done = invoke("storage").succeeds();
    done.says("Reconciling").says("The perimeter of \"airefstorage\" is reconciled");
    let association = world.cloud.get(ASSOCIATION).unwrap();
    assert_eq!(association["properties"]["hasProvisioningIssues"], "no");
    assert_eq!(association["properties"]["provisioningState"], "Succeeded");
    invoke("storage").succeeds();

    let fails = FaultKind::FailOperation {
        code: "InvalidProfile".to_owned(),
        message: "It cannot be reconciled.".to_owned(),
    };
    world.cloud.fault(Fault::new(fails).method("POST").path("/reconcile"));
    invoke("storage").fails_with("It cannot be reconciled.");
}

#[test]
fn newer_an_action_can_select_a_configuration_by_name() {
    let Some(world) = newer_queries::world("a named configuration") else { return };
    associate(&world, STORAGE, Some("Enforced"), "Failed");
    let set = |target: &str, more: &str| {
        world.config(&format!(
            "action {RECONCILE:?} \"it\" {{\n  config {{\n    resource_id = {target}\n    \
             {more}\n  }}\n}}\n"
        ));
    };
    let invoke = || {
        let invoke = format!("-invoke=action.{RECONCILE}.it");
        world.run(&["apply", "-input=false", "-auto-approve", &invoke])
    };
    set("local.storage", "configuration_name = \"00000000-0000-0000-0000-00000000009e.IT\"");
    invoke().succeeds().says("is reconciled");
    set("local.storage", "configuration_name = \"another\"");
    invoke().fails_with("The resource has only").says("9e.it");
    set("local.vault", "");
    world.validate().fails_with("return no network security perimeter");
}

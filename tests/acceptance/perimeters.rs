//! Acceptance tests of network security perimeters: who can reach a resource in a perimeter.

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const POSTURE: &str = "data.azureai_network_isolation_posture.hub";
const FLAG: &str = "azureai_public_network_access.it";
pub const PERIMETER: &str = "Microsoft.Network/networkSecurityPerimeters/nsp";
pub const ASSOCIATION: &str =
    "Microsoft.Network/networkSecurityPerimeters/nsp/resourceAssociations/it";
const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const SHOWN: &str = "/networkSecurityPerimeterConfigurations";

/// Returns the flag of a target with these arguments.
fn flag(target: &str, value: &str, more: &str) -> String {
    format!(
        r#"
resource "azureai_public_network_access" "it" {{
  resource_id           = {target}
  public_network_access = "{value}"
  {more}
}}
"#
    )
}

const UNGUARDED: &str = "guard {\n    mode = \"off\"\n  }";

/// Associates the target with the perimeter in this mode, or only removes the association if `mode`
/// is `None`.
pub fn associate(world: &World, target: &str, mode: Option<&str>, state: &str) {
    if world.cloud.has(ASSOCIATION) {
        world.cloud.delete(ASSOCIATION);
    }
    let Some(mode) = mode else { return };
    if !world.cloud.has(PERIMETER) {
        let properties = json!({"perimeterGuid": "00000000-0000-0000-0000-00000000009e"});
        world.cloud.put(PERIMETER, &json!({"location": "eastus", "properties": properties}));
    }
    let profile = format!("{PERIMETER}/profiles/one");
    world.cloud.put(&profile, &json!({"properties": {}}));
    let properties = json!({
        "provisioningState": state,
        "accessMode": mode,
        "privateLinkResource": {"id": world.cloud.id(target)},
        "profile": {"id": world.cloud.id(&profile)},
    });
    world.cloud.put(ASSOCIATION, &json!({"properties": properties}));
}

/// Returns a provisioning issue without a suggestion.
pub fn issue(severity: &str) -> Value {
    issues(&[json!({
        "issueType": "ConfigurationPropagationFailure",
        "severity": severity,
        "description": "The rules did not reach the resource.",
    })])
}

fn issues(issues: &[Value]) -> Value {
    let named = |(index, issue)| json!({"name": format!("issue{index}"), "properties": issue});
    let listed: Vec<Value> = issues.iter().enumerate().map(named).collect();
    json!({"properties": {"provisioningIssues": listed}})
}

fn exposure(world: &World) -> String {
    world.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
    world.attribute(FLAG, "effective_exposure").as_str().unwrap().to_owned()
}

/// The expectations are Microsoft's table of flags and modes.
#[test]
fn the_effective_exposure_follows_from_flag_and_perimeter() {
    let world = World::new();
    let modes = [None, Some("Learning"), Some("Audit"), Some("Enforced")];
    for (value, expected) in [
        ("Enabled", ["public", "public", "public", "perimeter"]),
        ("Disabled", ["private_only", "perimeter", "perimeter", "perimeter"]),
        ("SecuredByPerimeter", ["private_only", "perimeter", "perimeter", "perimeter"]),
    ] {
        associate(&world, STORAGE, None, "");
        world.config(&flag("local.storage", value, UNGUARDED));
        world.apply().succeeds();
        for (mode, expected) in modes.into_iter().zip(expected) {
            associate(&world, STORAGE, mode, "Succeeded");
            assert_eq!(exposure(&world), expected, "{value} {mode:?}");
            world.plan().succeeds().is_quiet();
        }
    }
    world.config(&flag("local.storage", "Enabled", UNGUARDED));
    world.apply().updates(1);
    assert_eq!(world.attribute(FLAG, "effective_exposure"), json!("perimeter"), "after a write");
    associate(&world, STORAGE, Some("Enforced"), "Creating");
    assert_eq!(exposure(&world), "public", "it has not come to the resource yet");
}

/// A perimeter that cannot be read or does not exist changes nothing and causes no error.
#[test]
fn an_unreadable_perimeter_changes_nothing() {
    let world = World::new();
    associate(&world, STORAGE, Some("Enforced"), "Succeeded");
    world.config(&flag("local.storage", "Enabled", UNGUARDED));
    world.cloud.deny("", "*/networkSecurityPerimeterConfigurations/read");
    world.apply().creates(1);
    assert_eq!(exposure(&world), "public");
    world.plan().succeeds().is_quiet();
    world.cloud.allow_all();
    for status in [400, 404] {
        let kind = FaultKind::Status {
            status,
            code: "NoRegisteredProviderFound".to_owned(),
            message: "No such version.".to_owned(),
            retry_after: None,
            as_date: false,
        };
        world.cloud.fault(Fault::new(kind).path(SHOWN));
        assert_eq!(exposure(&world), "public", "{status}");
        world.cloud.forget_faults();
    }
    assert_eq!(exposure(&world), "perimeter");
}

/// Only types whose stable API versions show their perimeters are asked, each once.
#[test]
fn a_perimeter_is_read_once_and_only_for_supported_types() {
    let world = World::new();
    let asked = |world: &World| {
        let requests = world.cloud.requests();
        requests.iter().filter(|it| it.path.contains(SHOWN)).count()
    };
    world.config(&flag("local.vault", "Enabled", ""));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(asked(&world), 0);
    world.config(&flag("local.storage", "Enabled", ""));
    world.apply().succeeds();
    let before = asked(&world);
    world.plan().is_quiet();
    assert_eq!(asked(&world) - before, 1);
}

/// A perimeter in enforced mode overrides the flag, so disabling the flag locks out no client. In
/// the other modes it does.
#[test]
fn the_guard_accepts_an_enforced_perimeter() {
    let world = World::new();
    world.config(&flag("local.storage", "Disabled", ""));
    for mode in [None, Some("Learning"), Some("Audit")] {
        associate(&world, STORAGE, mode, "Succeeded");
        world.apply().fails_with("would lock out all clients");
    }
    associate(&world, STORAGE, Some("Enforced"), "Succeeded");
    world.apply().creates(1).keeps_quiet_about("lock out all clients");
    assert_eq!(world.attribute(FLAG, "effective_exposure"), json!("perimeter"));
    // A guard with `require_groups` still checks the endpoints.
    let world = World::new();
    associate(&world, STORAGE, Some("Enforced"), "Succeeded");
    let asks = "guard {\n    require_groups = [\"blob\"]\n  }";
    world.config(&flag("local.storage", "Disabled", asks));
    world.apply().fails_with("no approved endpoint reaches group");
}

/// A resource in an enforced perimeter is not public. A perimeter in another mode does not secure a
/// public resource.
#[test]
fn the_posture_accepts_an_enforced_perimeter() {
    let world = World::new();
    let posture = r#"
data "azureai_network_isolation_posture" "hub" {
  workspace_id = local.workspace
}
"#;
    let findings = |world: &World| {
        let found = world.attribute(POSTURE, "findings");
        let of_storage = |it: &&Value| {
            it["code"] == "AAI101" && it["resource_id"].as_str().unwrap().ends_with("airefstorage")
        };
        found.as_array().unwrap().iter().filter(of_storage).count()
    };
    world.config(posture);
    for (mode, expected) in [(None, 1), (Some("Learning"), 1), (Some("Enforced"), 0)] {
        associate(&world, STORAGE, mode, "Succeeded");
        world.apply().succeeds();
        assert_eq!(findings(&world), expected, "{mode:?}");
        let shown = world.attribute(POSTURE, "resources.1.network_security_perimeter");
        assert_eq!(shown["access_mode"], json!(mode), "{shown}");
    }
    let summary = world.attribute(POSTURE, "summary");
    let says = "| `airefstorage` | storage | Enabled | Allow | perimeter<br>nsp (Enforced) | - |";
    assert!(summary.as_str().unwrap().contains(says), "{summary}");
    world.cloud.deny("", "*/networkSecurityPerimeterConfigurations/read");
    world.apply().succeeds();
    assert_eq!(findings(&world), 1, "what may not be seen secures nothing");
}

/// The plan does not warn of an unreachable resource if a perimeter allows access to it.
#[test]
fn the_last_endpoint_can_be_removed_in_an_enforced_perimeter() {
    let storage =
        |hcl: &str| hcl.replace("local.workspace", "local.storage").replace("amlworkspace", "blob");
    let world = World::new();
    world.config(&storage(pieces::ENDPOINT));
    world.apply().creates(1);
    let closed = json!({"properties": {"publicNetworkAccess": "Disabled"}});
    world.cloud.patch(STORAGE, &closed);
    world.config("");
    world.plan().says("Removing the endpoint makes");
    associate(&world, STORAGE, Some("Learning"), "Succeeded");
    world.plan().says("Removing the endpoint makes");
    associate(&world, STORAGE, Some("Enforced"), "Succeeded");
    world.plan().succeeds().keeps_quiet_about("Removing the endpoint makes");
}

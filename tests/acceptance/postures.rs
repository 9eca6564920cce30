//! Acceptance tests of the posture of a workspace: in a new world, isolated, and with a single
//! fault.

use std::collections::{BTreeMap, BTreeSet};

use emulator::{Emulator, Policy, Role};
use serde_json::{Value, json};
use terraform_provider_azureai::codes::judgements;

use crate::diagrams;
use crate::outcome::Outcome;
use crate::perimeters;
use crate::pieces;
use crate::postures_foundry;
use crate::world::World;

const SCENARIO: &str = "examples/scenarios/isolated-workspace";
const IT: &str = "data.azureai_network_isolation_posture.hub";
const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";

/// Posture without other resources.
const POSTURE: &str = r#"
data "azureai_network_isolation_posture" "hub" {
  workspace_id               = local.workspace
  client_virtual_network_ids = [local.vnet]
}
"#;

/// Returns a world with the scenario, ready to be applied.
pub fn scenario() -> World {
    scenario_in("public")
}

fn scenario_in(cloud: &str) -> World {
    let mut world = World::of(Emulator::builder().cloud(cloud));
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    for (name, value) in [
        ("subscription_id", world.cloud.subscription()),
        ("resource_group_name", "rg-ai".to_owned()),
        ("workspace_id", world.cloud.id(pieces::WORKSPACE_PATH)),
        ("subnet_id", format!("{network}/subnets/snet-pe")),
        ("virtual_network_id", network),
        ("environment", cloud.to_owned()),
    ] {
        world.set(&format!("TF_VAR_{name}"), &value);
    }
    world.copy(SCENARIO);
    world
}

/// Returns code and resource of each finding, sorted.
fn findings(world: &World) -> Vec<String> {
    let found = world.attribute(IT, "findings");
    let mut found: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let name = it["resource_id"].as_str().unwrap().rsplit('/').next().unwrap();
            format!("{} {name}", it["code"].as_str().unwrap())
        })
        .collect();
    found.sort();
    found
}

fn compliant(world: &World) -> Value {
    world.attribute(IT, "compliant")
}

#[test]
fn a_workspace_without_endpoints_has_findings() {
    let world = World::new();
    world.config(POSTURE);
    world.apply().succeeds();
    let names = ["airef-hub", "airef-search", "airef-services", "airefacr", "airefkv"];
    let each = |code: &'static str| {
        names.into_iter().chain(["airefstorage"]).map(move |name| format!("{code} {name}"))
    };
    let expected: Vec<String> = each("AAI101").chain(each("AAI105")).collect();
    assert_eq!(findings(&world), expected);
    assert_eq!(compliant(&world), false);
    assert_eq!(world.attribute(IT, "resources.1.groups_missing"), json!(["blob", "file"]));
    let summary = world.attribute(IT, "summary");
    let summary = summary.as_str().unwrap();
    for says in [
        "### ❌ `airef-hub` is not isolated: 12 findings",
        "| `airefstorage` | storage | Enabled | Allow | public | - |",
        "- ❌ **AAI105** no private endpoint reaches blob and file of airefstorage",
        "subresource_names              = [\"file\"]",
    ] {
        assert!(summary.contains(says), "{says}\n\n{summary}");
    }
}

/// Breaks one thing at a time, reads the posture, and restores the world.
#[test]
fn each_fault_has_exactly_its_finding() {
    let world = scenario();
    perimeters::associate(&world, SEARCH, Some("Learning"), "Succeeded");
    world.apply().succeeds().keeps_quiet_about("Check block assertion failed");
    world.plan().is_quiet();
    is_isolated(&world);
    for (path, change, expected) in breaks(&world) {
        let (cloud, before) = (&world.cloud, world.cloud.everything());
        match change {
            Some(change) if cloud.has(&path) => cloud.patch(&path, &change),
            Some(whole) => cloud.put(&path, &whole),
            None => cloud.delete(&path),
        }
        has_only(&world, expected);
        cloud.restore(&before);
    }
    a_policy_is_named(&world);
    an_unreadable_object_does_not_pass(&world);
    a_manual_zone_needs_the_wildcard(&world);
    read_posture(&world).keeps_quiet_about("Check block assertion failed");
    is_isolated(&world);
    every_finding_was_produced(&breaks(&world));
}

/// Asserts that the tests produce every finding.
fn every_finding_was_produced(breaks: &[Break]) {
    let produced = breaks.iter().map(|(.., expected)| expected.split(' ').next().unwrap());
    // Findings of the tests of policies, unreadable objects, DNS, managed networks, and Foundry
    // accounts.
    let others =
        ["AAI113", "AAI115", "AAI111", "AAI123"].into_iter().chain(postures_foundry::CODES);
    let produced: BTreeSet<&str> = produced.chain(others).collect();
    let codes: BTreeSet<&str> = judgements().map(|rule| rule.name).collect();
    assert_eq!(produced, codes);
}

fn is_isolated(world: &World) {
    assert_eq!(findings(world), [""; 0]);
    assert_eq!(compliant(world), true);
}

/// Covers zones, endpoints, records, flags, and the posture in clouds with other names.
#[test]
fn a_workspace_in_a_sovereign_cloud_becomes_isolated() {
    for (cloud, zones) in [
        (
            "usgovernment",
            ["privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net"],
        ),
        ("china", ["privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"]),
    ] {
        let world = scenario_in(cloud);
        world.apply().succeeds().keeps_quiet_about("AAI").keeps_quiet_about("Check block");
        world.plan().is_quiet();
        is_isolated(&world);
        let names = world.attribute("azureai_private_endpoint.all[\"hub\"]", "dns_records");
        let names = names.as_array().unwrap().iter().map(|it| it["zone_name"].as_str().unwrap());
        assert_eq!(names.collect::<BTreeSet<_>>(), BTreeSet::from(zones));
        world.destroy().succeeds();
    }
}

/// Reads the posture again, and changes nothing.
fn read_posture(world: &World) -> Outcome {
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds()
}

/// Asserts that this is the only finding, and that the check block fails unless it is a warning.
fn has_only(world: &World, expected: &str) {
    let said = read_posture(world);
    assert_eq!(findings(world), [expected]);
    let code = expected.split(' ').next().unwrap();
    let warning = ["AAI102", "AAI104", "AAI112", "AAI114"].contains(&code);
    assert_eq!(compliant(world), warning, "{expected}");
    if !warning {
        said.says("Check block assertion failed").says(code);
    }
}

fn a_policy_is_named(world: &World) {
    const STORAGE: &str = "Microsoft.Storage/storageAccounts";
    let policy = Policy::modify(STORAGE, "properties.publicNetworkAccess", json!("Enabled"));
    world.cloud.policy(policy.named("open-storage", "Enable public network access of storage"));
    let before = world.cloud.everything();
    let flag = json!({"properties": {"publicNetworkAccess": "Enabled"}});
    world.cloud.patch(&format!("{STORAGE}/airefstorage"), &flag);
    has_only(world, "AAI113 airefstorage");
    let message = world.attribute(IT, "findings.0.message");
    assert!(message.as_str().unwrap().contains("policyAssignments/open-storage"), "{message}");
    world.cloud.restore(&before);
    world.cloud.forget_policies();
}

fn an_unreadable_object_does_not_pass(world: &World) {
    let zone = "Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net";
    for (path, action, expected) in [
        ("Microsoft.KeyVault/vaults/airefkv", "Microsoft.KeyVault/vaults/read", "airefkv"),
        ("Microsoft.Network/privateEndpoints/pe-vault", "*/read", "airefkv"),
        (zone, "*/virtualNetworkLinks/read", "airefkv"),
    ] {
        world.cloud.deny(path, action);
        has_only(world, &format!("AAI115 {expected}"));
        assert_eq!(world.attribute(IT, "findings.0.evidence"), "unverified");
        world.cloud.allow_all();
    }
}

/// Deletes the zone group and keeps its records, except the wildcard, which is easily forgotten.
fn a_manual_zone_needs_the_wildcard(world: &World) {
    let before = world.cloud.everything();
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A");
    world.cloud.delete("Microsoft.Network/privateEndpoints/pe-hub/privateDnsZoneGroups/default");
    for record in records.iter().filter(|it| !it["name"].as_str().unwrap().starts_with('*')) {
        world.cloud.put(record["id"].as_str().unwrap(), record);
    }
    has_only(world, "AAI111 airef-hub");
    let fix = world.attribute(IT, "findings.0.remediation_hcl");
    assert!(fix.as_str().unwrap().contains("azureai_private_dns_a_record"), "{fix}");
    world.cloud.restore(&before);
}

/// Replaces the scenario's configuration with a read-only posture, and keeps its objects in Azure.
fn only_look(world: &World, more: &str) {
    for file in ["terraform.tfstate", "main.tf", "outputs.tf", "variables.tf"] {
        let _ = std::fs::remove_file(world.path(file));
    }
    let reader = "provider \"azureai\" {\n  read_only = true\n}\n";
    world.config_with_provider(reader, &pieces::with(POSTURE, more));
}

/// Runs `examples/scenarios/posture-in-ci` as a principal with the role Reader.
#[test]
fn a_nightly_job_fails_until_the_workspace_is_isolated() {
    let mut world = scenario();
    world.apply().succeeds();
    for file in ["terraform.tfstate", "main.tf", "outputs.tf", "variables.tf"] {
        std::fs::remove_file(world.path(file)).unwrap();
    }
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    world.set("TF_VAR_client_virtual_network_ids", &format!("[\"{network}\"]"));
    world.copy("examples/scenarios/posture-in-ci");
    world.cloud.only_reads();
    world.plan().says("+ compliant = true");
    let open = json!({"properties": {"publicNetworkAccess": "Enabled"}});
    world.cloud.patch(pieces::WORKSPACE_PATH, &open);
    world
        .plan()
        .fails_with("Module output value precondition failed")
        .says("`airef-hub` is not isolated: 1 finding")
        .says("AAI101");
    diagrams::workflow_comments(&world);
}

#[test]
fn the_posture_reads_each_object_once() {
    let world = scenario();
    world.apply().succeeds();
    only_look(&world, "");
    let before = world.cloud.requests().len();
    world.apply().succeeds();
    let requests = world.cloud.requests();
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for request in requests[before..].iter().filter(|it| it.path.starts_with("/subscriptions/")) {
        *read.entry(request.path.to_lowercase()).or_default() += 1;
    }
    let twice: Vec<_> = read.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
    // The workspace and its connections, 5 resources and Application Insights, perimeters of 3, 7
    // endpoints with interface and zone group, 10 zones with links and records, the network of
    // clients and the rule sets.
    assert_eq!(read.len(), 2 + 6 + 3 + 7 * 3 + 10 * 2 + 2, "{read:#?}");
}

/// Runs `terraform test` in the scenario's folder, as its README says.
#[test]
fn the_tests_of_the_scenario_pass() {
    let world = scenario();
    let before = world.cloud.everything();
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/scenarios/isolated-workspace/tests/isolation.tftest.hcl"
    );
    world.file("tests/isolation.tftest.hcl", &std::fs::read_to_string(file).unwrap());
    world.run(&["test"]).succeeds().says("1 passed, 0 failed");
    let now = world.cloud.everything();
    assert!(now.keys().eq(before.keys()), "nothing is left, and nothing lost");
}

#[test]
fn a_hybrid_workspace_can_be_public() {
    let world = scenario();
    world.apply().succeeds();
    let flag = json!({"properties": {"publicNetworkAccess": "Enabled"}});
    world.cloud.patch(pieces::WORKSPACE_PATH, &flag);
    world.cloud.patch("Microsoft.Storage/storageAccounts/airefstorage", &flag);
    let project = world.cloud.get(&pieces::WORKSPACE_PATH.replace("hub", "project")).unwrap();
    let own = project["identity"]["principalId"].as_str().unwrap();
    world.cloud.give(own, "ServicePrincipal", &Role::new(&["*/read"]).at(&world.cloud.group()));
    only_look(&world, "  expected = \"hybrid\"\n  include_projects = true\n");
    world.apply().succeeds();
    is_isolated(&world);
    assert_eq!(world.attribute(IT, "resources.6.role"), "project");
    only_look(&world, "");
    world.apply().succeeds();
    assert_eq!(findings(&world), ["AAI101 airef-hub", "AAI103 airefstorage"]);
}

#[test]
fn the_posture_of_a_project_or_a_missing_workspace_is_an_error() {
    let world = World::new();
    world.config(&POSTURE.replace("local.workspace", "replace(local.workspace, \"hub\", \"x\")"));
    world.apply().fails_with("cannot be judged").says("The workspace does not exist.");
    let project = "replace(local.workspace, \"hub\", \"project\")";
    world.config(&POSTURE.replace("local.workspace", project));
    world.apply().fails_with("is a project");
    world.cloud.deny(pieces::WORKSPACE_PATH, "*/connections/read");
    world.config(POSTURE);
    world.apply().succeeds();
    assert!(findings(&world).contains(&"AAI115 airef-hub".to_owned()), "its connections");
    world.cloud.deny(pieces::WORKSPACE_PATH, "*/workspaces/read");
    world.apply().fails_with("cannot be judged").says("AuthorizationFailed");
    world.config(&POSTURE.replace("local.workspace", "local.vault"));
    world.validate().fails_with("not of a Microsoft.MachineLearningServices/workspaces");
}

type Break = (String, Option<Value>, &'static str);

fn breaks(world: &World) -> Vec<Break> {
    let flag = |value: &str| Some(json!({"properties": {"publicNetworkAccess": value}}));
    let acl = |rules: Value| Some(json!({"properties": {"networkAcls": rules}}));
    let storage = || "Microsoft.Storage/storageAccounts/airefstorage".to_owned();
    let registry = || "Microsoft.ContainerRegistry/registries/airefacr".to_owned();
    let zone = |name: &str| format!("Microsoft.Network/privateDnsZones/privatelink.{name}");
    let vault = world.cloud.get("Microsoft.KeyVault/vaults/airefkv").unwrap();
    let connection = vault["properties"]["privateEndpointConnections"][0]["id"].clone();
    let connection = || connection.as_str().unwrap().to_owned();
    let status = |status: &str| {
        let state = json!({"status": status});
        Some(json!({"properties": {"privateLinkServiceConnectionState": state}}))
    };
    let gone = world.cloud.id("Microsoft.Network/privateEndpoints/pe-gone");
    let left = json!({"properties": {
        "privateEndpoint": {"id": gone},
        "privateLinkServiceConnectionState": {"status": "Approved"},
    }});
    let wrong = Some(json!({"properties": {"aRecords": [{"ipv4Address": "10.9.9.9"}]}}));
    let blob = format!("{}/A/airefstorage", zone("blob.core.windows.net"));
    vec![
        (pieces::WORKSPACE_PATH.to_owned(), flag("Enabled"), "AAI101 airef-hub"),
        (
            "Microsoft.KeyVault/vaults/airefkv".to_owned(),
            acl(json!({"defaultAction": "Allow"})),
            "AAI102 airefkv",
        ),
        (storage(), flag("Enabled"), "AAI103 airefstorage"),
        (storage(), acl(json!({"bypass": "None"})), "AAI104 airefstorage"),
        (
            registry(),
            Some(json!({"properties": {"networkRuleBypassOptions": "None"}})),
            "AAI104 airefacr",
        ),
        ("Microsoft.Network/privateEndpoints/pe-file".to_owned(), None, "AAI105 airefstorage"),
        (zone("services.ai.azure.com"), None, "AAI106 airef-services"),
        (connection(), status("Pending"), "AAI107 airefkv"),
        (connection(), status("Rejected"), "AAI107 airefkv"),
        (connection(), status("Disconnected"), "AAI107 airefkv"),
        (
            format!("{}/virtualNetworkLinks/link-vnet-ai", zone("notebooks.azure.net")),
            None,
            "AAI108 airef-hub",
        ),
        (blob.clone(), wrong, "AAI109 airefstorage"),
        (blob, None, "AAI110 airefstorage"),
        (
            registry(),
            Some(json!({"properties": {"networkRuleBypassAllowedForTasks": false}})),
            "AAI112 airefacr",
        ),
        (
            format!("{}/privateEndpointConnections/left", storage()),
            Some(left),
            "AAI114 airefstorage",
        ),
        (
            perimeters::ASSOCIATION.to_owned(),
            Some(perimeters::issue("Error")),
            "AAI121 airef-search",
        ),
        (
            "microsoft.insights/components/airef-insights".to_owned(),
            Some(json!({"properties": {"publicNetworkAccessForIngestion": "Disabled"}})),
            "AAI122 airef-insights",
        ),
    ]
}

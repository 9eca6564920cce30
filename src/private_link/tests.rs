//! Tests of the service table and of the network rules in its rows.

use super::arm_types;
use super::catalogue;
use super::dns_zones::is_private_link_zone;
use super::environment::Environment;
use super::network_rules::{
    NetworkRules, Perimeter, PublicAccess, public_access, public_access_types,
};
use super::services::{connection_types, service, services, types, types_with_zone};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

#[test]
fn each_group_has_zones_in_each_cloud() {
    let check = |ty: &str, group: &str, environment: &str, zones: &[&str]| {
        let environment = Environment::by_name(environment).unwrap();
        let found = service(ty).and_then(|service| service.zones(group, environment));
        assert_eq!(found.as_deref(), Some(zones), "{ty} {group}");
    };
    let workspace = "microsoft.machinelearningservices/WORKSPACES";
    check(
        workspace,
        "amlworkspace",
        "public",
        &["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
    );
    check(
        workspace,
        "AmlWorkspace",
        "China",
        &["privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"],
    );
    let vault = ["privatelink.vaultcore.usgovcloudapi.net"];
    check("Microsoft.KeyVault/vaults", "vault", "usgovernment", &vault);
    let blob = ["privatelink.blob.core.windows.net"];
    check("Microsoft.Storage/storageAccounts", "blob_secondary", "Global", &blob);
}

#[test]
fn types_with_zone_returns_the_types_of_a_zone() {
    let rows: [(&str, bool, &[&str]); 6] = [
        (
            "PrivateLink.api.azureml.ms",
            true,
            &[
                "Microsoft.MachineLearningServices/workspaces",
                "Microsoft.MachineLearningServices/registries",
            ],
        ),
        ("privatelink.file.core.chinacloudapi.cn", true, &["Microsoft.Storage/storageAccounts"]),
        ("eastus.data.privatelink.azurecr.io", true, &[]),
        ("privatelink.eastus.azmk8s.io", true, &["Microsoft.ContainerService/managedClusters"]),
        (
            "privatelink-global.wvd.microsoft.com",
            true,
            &["Microsoft.DesktopVirtualization/workspaces"],
        ),
        ("corp.example.org", false, &[]),
    ];
    for (zone, private, services) in rows {
        assert_eq!(is_private_link_zone(zone), private, "{zone}");
        assert_eq!(types_with_zone(zone), services, "{zone}");
    }
}

#[test]
fn rows_of_different_tables_agree() {
    for row in services() {
        let name = row.arm_type.name;
        assert_eq!(service(&name.to_uppercase()).map(|it| it.arm_type), Some(row.arm_type));
        let connections = row.connections.map(|ty| ty.name.to_owned());
        let expected = connections.is_some().then(|| format!("{name}/privateEndpointConnections"));
        assert_eq!(connections, expected);
        let mut suffixes = row.groups.iter().flat_map(|group| row.suffixes(group.name));
        assert!(suffixes.all(|(_, suffix)| is_private_link_zone(suffix.zone)), "{name}");
        assert!(!row.groups.is_empty(), "{name}");
        let roles = [row.workspace_role.map(|it| it.role), row.foundry_role];
        let mut needed = roles.iter().flatten().flat_map(|role| role.groups());
        assert!(needed.all(|group| row.group_ids().contains(&group)), "{name}");
    }
    assert_eq!(types().len(), services().count());
    assert_eq!(public_access_types().len(), 39);
    let connections = services().filter_map(|row| row.connections);
    assert!(connections.map(|ty| ty.name).eq(connection_types().iter().copied()));
}

#[test]
fn every_cell_of_the_catalog_is_read() {
    let confidence = ["docs", "spec", "recording", "thread", "guess"];
    let clouds = ["public", "us_government", "china"];
    let mut groups = 0;
    for row in catalogue::groups() {
        groups += 1;
        let (ty, group) = (row.cell("type"), row.cell("group"));
        let service = service(ty).unwrap_or_else(|| panic!("{ty} has no row in types.tsv"));
        assert!(service.groups.iter().any(|it| it.name == group), "{ty} {group}");
        assert!(row.cell("min_addresses").parse::<usize>().is_ok_and(|it| it > 0), "{ty}");
        assert!(row.given("source").is_some(), "{ty} {group} has no source");
        for (cloud, environment) in clouds.into_iter().zip(Environment::ALL) {
            let cell = row.cell(&format!("zones_{cloud}"));
            let said = row.cell(&format!("confidence_{cloud}"));
            let known = service.suffixes(group).filter(|(it, _)| *it == environment);
            let known: Vec<String> = known
                .map(|(_, it)| {
                    let mark = if it.required { "" } else { "?" };
                    format!("{mark}{}>{}", it.public, it.zone)
                })
                .collect();
            assert!(cell.split(' ').all(|it| it.is_empty() || known.iter().any(|k| k == it)));
            assert!(cell.is_empty() || confidence.contains(&said), "{ty} {group} {cloud}: {said}");
        }
    }
    assert_eq!((types().len(), groups), (109, 144));
    for constant in [
        arm_types::WORKSPACE,
        arm_types::STORAGE_ACCOUNT,
        arm_types::KEY_VAULT,
        arm_types::CONTAINER_REGISTRY,
        arm_types::AI_SERVICES_ACCOUNT,
        arm_types::SEARCH_SERVICE,
    ] {
        assert_eq!(service(constant.name).map(|it| it.arm_type), Some(constant));
    }
}

fn access(ty: &str) -> &'static PublicAccess {
    public_access().find(|access| access.arm_type.name.ends_with(ty)).unwrap()
}

fn set(texts: &[&str]) -> Option<BTreeSet<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn each_service_reads_back_the_rules_it_writes() {
    for access in public_access() {
        let lacks = access.lacks();
        let has = |name| !lacks.contains(&name);
        let wish = NetworkRules {
            default_action: has("default_action").then(|| "Deny".to_owned()),
            bypass: has("bypass").then(|| set(&["AzureServices"])).flatten(),
            bypass_ids: has("network_acl_bypass_ids").then(|| set(&["/s/a", "/s/b"])).flatten(),
            bypass_for_tasks: has("bypass_for_tasks").then_some(true),
            ip_rules: has("ip_rules").then(|| set(&["1.2.3.4", "5.6.7.0/24"])).flatten(),
            subnets: has("virtual_network_subnet_ids").then(|| set(&["/s/a"])).flatten(),
        };
        let body = json!({"properties": access.write(&wish, &json!({"properties": {}}))});
        assert_eq!(access.read(&body), wish, "{}", access.arm_type.name);
        assert_eq!(access.write(&wish, &body), json!({}), "{}", access.arm_type.name);
    }
}

#[test]
fn members_beside_a_nested_flag_are_kept() {
    let network = json!({"publicNetworkAccess": "Enabled", "delegatedSubnetResourceId": "/s"});
    let live = json!({"properties": {"network": network}});
    let access = access("DBforPostgreSQL/flexibleServers");
    let mut written = json!({});
    access.write_flag("Disabled", &live, &mut written);
    let mut expected = network;
    expected["publicNetworkAccess"] = json!("Disabled");
    assert_eq!(written, json!({"network": expected}));
    assert_eq!(access.flag(&json!({"properties": written})), "Disabled");
}

#[test]
fn unmanaged_rules_are_kept() {
    let live = json!({"properties": {"networkAcls": {
        "defaultAction": "Allow", "resourceAccessRules": [1],
        "ipRules": [{"value": "9.9.9.9", "action": "Allow"}],
    }}});
    let wish =
        NetworkRules { bypass: set(&["Metrics", "AzureServices"]), ..NetworkRules::default() };
    let written = access("storageAccounts").write(&wish, &live);
    let mut expected = live["properties"]["networkAcls"].clone();
    expected["bypass"] = json!("AzureServices, Metrics");
    assert_eq!(written, json!({ "networkAcls": expected }));
}

#[test]
fn existing_rules_keep_their_members() {
    let subnet = json!({"id": "/S/a", "ignoreMissingVnetServiceEndpoint": true});
    let address = json!({"value": "1.2.3.4/32", "note": "theirs"});
    let live = json!({"properties": {"networkAcls": {
        "defaultAction": "Deny", "virtualNetworkRules": [subnet], "ipRules": [address],
    }}});
    let (subnets, ip_rules) = (set(&["/s/A", "/s/b"]), set(&["1.2.3.4", "5.6.7.8"]));
    let wish = NetworkRules { subnets, ip_rules, ..NetworkRules::default() };
    let acl = access("accounts").write(&wish, &live)["networkAcls"].take();
    assert_eq!(acl["virtualNetworkRules"], json!([subnet, {"id": "/s/b"}]));
    assert_eq!(acl["ipRules"], json!([address, {"value": "5.6.7.8"}]));
}

#[test]
fn limits_exist_only_for_types_with_such_rules() {
    let mut limited_types = 0;
    for row in catalogue::public_access() {
        let Some(access) = public_access().find(|it| it.arm_type.name == row.cell("type")) else {
            continue;
        };
        let lacks = access.lacks();
        for (attribute, limited) in [
            ("ip_rules", access.most_addresses.is_some()),
            ("virtual_network_subnet_ids", access.most_subnets.is_some()),
            ("bypass", !access.bypass_kinds.is_empty()),
        ] {
            let given = !lacks.contains(&attribute);
            assert!(given || !limited, "{}: {attribute}", access.arm_type.name);
        }
        let has_limits = access.most_addresses.is_some();
        assert_eq!(row.cell("source").contains("; limits: "), has_limits, "{}", row.cell("type"));
        limited_types += usize::from(has_limits);
    }
    assert!(limited_types >= 4, "{limited_types}");
}

/// Recorded for storage accounts; reported for AI services accounts in
/// Azure/azure-powershell#25455.
#[test]
fn single_address_has_no_prefix_where_azure_rejects_one() {
    let wish = NetworkRules { ip_rules: set(&["1.2.3.4/32"]), ..NetworkRules::default() };
    for (ty, written) in [("storageAccounts", "1.2.3.4"), ("accounts", "1.2.3.4")] {
        let body = access(ty).write(&wish, &json!({}));
        assert_eq!(body["networkAcls"]["ipRules"][0]["value"], written, "{ty}");
    }
}

#[test]
fn exposure_depends_on_flag_and_rules() {
    let check = |ty, properties: Json, expected| {
        let body = json!({ "properties": properties });
        assert_eq!(access(ty).exposure(&body, Perimeter::Unknown), expected, "{body}");
    };
    check("storageAccounts", json!({}), "public");
    check(
        "storageAccounts",
        json!({"networkAcls": {"defaultAction": "Deny"}}),
        "selected_networks",
    );
    check("storageAccounts", json!({"publicNetworkAccess": "SecuredByPerimeter"}), "perimeter");
    check("vaults", json!({"publicNetworkAccess": "disabled"}), "private_only");
    check(
        "searchServices",
        json!({"networkRuleSet": {"ipRules": [{"value": "1.1.1.1"}]}}),
        "selected_networks",
    );
}

/// Follows the table of Microsoft Learn: flag, perimeter, exposure.
#[test]
fn exposure_depends_on_the_mode_of_the_perimeter() {
    use Perimeter::{Enforced, None, Reports, Unknown};
    for (flag, modes) in [
        ("Enabled", [(Unknown, "public"), (None, "public"), (Reports, "public")]),
        ("Disabled", [(Unknown, "private_only"), (None, "private_only"), (Reports, "perimeter")]),
        (
            "SecuredByPerimeter",
            [(Unknown, "perimeter"), (None, "private_only"), (Reports, "perimeter")],
        ),
    ] {
        let body = json!({"properties": {"publicNetworkAccess": flag}});
        for (perimeter, expected) in modes.into_iter().chain([(Enforced, "perimeter")]) {
            let exposure = access("storageAccounts").exposure(&body, perimeter);
            assert_eq!(exposure, expected, "{flag} {perimeter:?}");
        }
    }
}

#[test]
fn bypass_ids_are_compared_without_case_and_order() {
    let live = json!({"properties": {"networkAclBypassResourceIds": ["/S/b", "/s/a"]}});
    let wish = |ids: &[&str]| NetworkRules { bypass_ids: set(ids), ..NetworkRules::default() };
    let access = access("databaseAccounts");
    assert_eq!(access.write(&wish(&["/s/A", "/s/B"]), &live), json!({}));
    let written = access.write(&wish(&["/s/c"]), &live);
    assert_eq!(written, json!({"networkAclBypassResourceIds": ["/s/c"]}));
    assert_eq!(access.write(&wish(&[]), &live), json!({"networkAclBypassResourceIds": []}));
}

#[test]
fn one_address_equals_a_range_of_one() {
    let live = json!({"properties": {"networkAcls": {"ipRules": [{"value": "1.2.3.4/32"}]}}});
    let wish = NetworkRules { ip_rules: set(&["1.2.3.4"]), ..NetworkRules::default() };
    assert_eq!(access("vaults").write(&wish, &live), json!({}));
}

//! Data sources of single objects, and the arguments that name an object.

use emulator::Fault;
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const SHOWN: &str = "data.azureai_private_endpoint.it";
const ENDPOINT: &str = "azureai_private_endpoint.hub";

/// Returns a data source labeled `it` that depends on `after`.
fn data(kind: &str, after: &str, arguments: &str) -> String {
    format!("data \"azureai_{kind}\" \"it\" {{\n  {arguments}\n  depends_on = [{after}]\n}}\n")
}

fn attributes(world: &World, address: &str) -> Value {
    world.instance(address)["attributes"].clone()
}

const BY_NAME: &str = "name = \"pe-hub\"\n  resource_group_name = \"rg-ai\"";
const BY_ID: &str = "id = upper(azureai_private_endpoint.hub.id)";

#[test]
fn endpoint_data_source_matches_its_resource() {
    let world = World::new();
    let endpoint = pieces::endpoint_with(pieces::INLINE_GROUP);
    for how in [BY_NAME, BY_ID] {
        let shown = data("private_endpoint", ENDPOINT, how);
        world.config(&[pieces::ZONE, &endpoint, &shown].concat());
        world.apply().succeeds();
        world.plan().is_quiet();
        let (shown, resource) = (attributes(&world, SHOWN), attributes(&world, ENDPOINT));
        assert_eq!(shown["name"].as_str(), Some("pe-hub"));
        // Null in the state and an empty list in Azure are equal.
        let nothing =
            |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        for (name, value) in shown.as_object().unwrap() {
            let theirs = &resource[name];
            let same = value == theirs || (nothing(value) && nothing(theirs));
            let known = ["id", "timeouts", "tags"].contains(&name.as_str());
            assert!(same || known, "{name}: {value}, not {theirs}");
        }
        assert_eq!(shown["dns_records"].as_array().map(Vec::len), Some(4));
    }
}

#[test]
fn endpoint_data_source_shows_tags_of_an_unmanaged_endpoint() {
    let world = World::new();
    world.config(&pieces::endpoint_with("  tags = { team = \"network\" }\n"));
    world.apply().succeeds();
    world.run(&["state", "rm", ENDPOINT]).succeeds();
    let provider =
        "provider \"azureai\" {\n  default_tags {\n    tags = { from = \"us\" }\n  }\n}\n";
    let shown = data("private_endpoint", "", BY_NAME);
    world.config_with_provider(provider, &shown);
    world.apply().succeeds();
    assert_eq!(world.attribute(SHOWN, "tags"), json!({"team": "network"}));
    let status = world.attribute(SHOWN, "private_service_connection.0.status");
    assert_eq!(status, "Approved");
    world.plan().is_quiet();
}

#[test]
fn connection_data_source_has_the_schema_of_azurerm() {
    let world = World::new();
    let shown = data("private_endpoint_connection", ENDPOINT, BY_NAME);
    world.config(&[pieces::ENDPOINT, &shown].concat());
    world.apply().succeeds();
    world.plan().is_quiet();
    let address = "data.azureai_private_endpoint_connection.it";
    let of = |path: &str| world.attribute(address, path);
    assert_eq!(of("location"), "eastus");
    let interface = world.attribute(ENDPOINT, "network_interface_id");
    assert_eq!(of("network_interface.0.id"), interface);
    let first = world.attribute(ENDPOINT, "private_ip_addresses.0");
    let expected = json!([{
        "name": "workspace",
        "status": "Approved",
        "request_response": "Auto-Approved",
        "private_ip_address": first,
    }]);
    assert_eq!(of("private_service_connection"), expected);
    assert!(first.is_string());
}

#[test]
fn zone_is_found_by_id_by_group_or_in_the_subscription() {
    let world = World::new();
    for how in [
        "id = azureai_private_dns_zone.api.id",
        "name = \"PrivateLink.api.azureml.ms\"\n  resource_group_name = \"rg-ai\"",
        "name = \"privatelink.api.azureml.ms\"",
    ] {
        let shown = data("private_dns_zone", "azureai_private_dns_zone.api", how);
        world.config(&[pieces::ZONE, &shown].concat());
        world.apply().succeeds();
        world.plan().is_quiet();
        let of = |path: &str| world.attribute("data.azureai_private_dns_zone.it", path);
        assert_eq!(of("resource_group_name"), "rg-ai");
        assert_eq!(of("number_of_record_sets"), 1, "{how}");
        for address in ["data.azureai_private_dns_zone.it", "azureai_private_dns_zone.api"] {
            let services = world.attribute(address, "services");
            let of_learning = ["workspaces", "registries"];
            let of_learning =
                of_learning.map(|it| format!("Microsoft.MachineLearningServices/{it}"));
            assert_eq!(services, json!(of_learning));
            assert_eq!(world.attribute(address, "is_privatelink_zone"), true);
        }
    }
}

#[test]
fn zone_name_in_two_groups_is_an_error() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().creates(1);
    let second = world.cloud.id(pieces::ZONE_PATH).replace("rg-ai", "rg-hub");
    world.cloud.put(&second, &json!({"location": "global"}));
    let name = "name = \"privatelink.api.azureml.ms\"";
    let shown = data("private_dns_zone", "", name);
    world.config(&[pieces::ZONE, &shown].concat());
    world
        .plan()
        .fails_with("2 private DNS zones have the name")
        .says("/resourceGroups/rg-ai/")
        .says("/resourceGroups/rg-hub/")
        .says("on main.tf line");
}

#[test]
fn missing_object_is_reported_at_the_attribute_that_names_it() {
    let world = World::new();
    for (kind, arguments, attribute) in [
        ("private_endpoint", BY_NAME, "name = \"pe-hub\""),
        ("private_endpoint_connection", BY_NAME, "name = \"pe-hub\""),
        ("private_dns_zone", "name = \"a.b\"", "name = \"a.b\""),
        ("workspace", "id = replace(local.workspace, \"hub\", \"none\")", "id = replace"),
        (
            "private_endpoint_connections",
            "target_resource_id = replace(local.vault, \"kv\", \"none\")",
            "target_resource_id = replace",
        ),
        (
            "private_link_resources",
            "target_resource_id = replace(local.vault, \"kv\", \"none\")",
            "target_resource_id = replace",
        ),
        ("private_dns_zones", "names = [\"a.b\"]", "names = [\"a.b\"]"),
    ] {
        world.config(&data(kind, "", arguments));
        world
            .plan()
            .fails_with("does not exist")
            .says(&format!("with data.azureai_{kind}.it"))
            .says(attribute);
    }
}

#[test]
fn denied_read_asks_for_a_role_assignment() {
    let world = World::new();
    let fault = Fault::status(403, "AuthorizationFailed", "No right to read it.");
    world.cloud.fault(fault.path("/workspaces/").count(0));
    world.config(&data("workspace", "", "id = local.workspace"));
    world
        .plan()
        .fails_with("Reading workspace \"airef-hub\": Azure denied the request")
        .says("No right to read it.")
        .says("assign the identity that Terraform runs as a role")
        .says("id = local.workspace");
}

#[test]
fn invalid_data_source_arguments_are_errors() {
    let world = World::new();
    for (kind, arguments, said) in [
        ("private_endpoint", "", "The object is not named"),
        ("private_endpoint", "name = \"a\"", "resource_group_name"),
        ("private_endpoint", "id = local.vnet", "virtualNetworks"),
        ("private_endpoint", "id = local.vnet\n  name = \"a\"", "The object is named twice"),
        ("private_dns_zone", "name = \"a/b\"", "cannot be part of a resource ID"),
        ("private_dns_zones", "names = []", "The set is empty"),
        ("private_dns_zones", "names = [\"com\"]", "is not a zone name"),
        (
            "private_dns_zones",
            "names = [\"a.b\"]\n  subscription_ids = [\"mine\"]",
            "is not a GUID",
        ),
        (
            "private_dns_zones",
            "names = [\"a.b\"]\n  resource_group_ids = [local.vnet]",
            "resourceGroups",
        ),
        (
            "private_link_resources",
            "target_resource_id = local.vnet",
            "Microsoft.MachineLearningServices/workspaces",
        ),
        (
            "private_endpoint_connections",
            "target_resource_id = local.vault\n  status = \"pending\"",
            "Did you mean \"Pending\"?",
        ),
    ] {
        world.config(&data(kind, "", arguments));
        world.validate().fails_with(said).says("main.tf line");
    }
    assert!(world.cloud.requests().is_empty());
}

#[test]
fn workspace_data_source_lists_connections_and_fqdns() {
    let world = World::new();
    let named = "name = \"airef-hub\"\n  resource_group_name = \"rg-ai\"";
    world.config(&[pieces::ENDPOINT, &data("workspace", ENDPOINT, named)].concat());
    world.apply().succeeds();
    world.plan().is_quiet();
    let of = |path: &str| world.attribute("data.azureai_workspace.it", path);
    assert_eq!(of("id"), world.cloud.id(pieces::WORKSPACE_PATH).as_str());
    assert_eq!(of("identity.0.type"), "SystemAssigned");
    assert_eq!(of("identity.0.principal_id").as_str().map(str::len), Some(36));
    let endpoint = world.attribute(ENDPOINT, "id");
    assert_eq!(of("private_endpoint_connections.0.private_endpoint_id"), endpoint);
    assert_eq!(of("private_endpoint_connections.0.status"), "Approved");
    let names = of("fqdns");
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names[0].ends_with(".workspace.eastus.api.azureml.ms"));
    assert!(names[2].ends_with(".eastus.notebooks.azure.net"));
    assert_eq!(names[3], "*.eastus.inference.ml.azure.com");
}

#[test]
fn client_config_shows_subscription_tenant_and_identity() {
    let mut world = World::new();
    world.config("data \"azureai_client_config\" \"it\" {}");
    world.apply().succeeds();
    world.plan().is_quiet();
    let of = |world: &World, path: &str| world.attribute("data.azureai_client_config.it", path);
    assert_eq!(of(&world, "subscription_id"), world.cloud.subscription().as_str());
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(of(&world, "tenant_id"), hub["properties"]["tenantId"]);
    assert_eq!(of(&world, "client_id"), world.cloud.client_id().as_str());
    assert_eq!(of(&world, "object_id").as_str().map(str::len), Some(36));

    world.set("ARM_SUBSCRIPTION_ID", "00000000-0000-0000-0000-000000000001");
    world.plan().fails_with("SubscriptionNotFound").says("data.azureai_client_config.it");
    world.unset("ARM_SUBSCRIPTION_ID");
    world.plan().fails_with("A subscription is missing").says("ARM_SUBSCRIPTION_ID");
}

#[test]
fn data_sources_with_unknown_arguments_are_read_during_apply() {
    let world = World::new();
    let id = "azureai_private_dns_zone.api.id";
    world.config(&format!(
        r#"{zone}{endpoint}
resource "terraform_data" "u" {{
  input = {{ name = "pe-hub", vault = local.vault, status = "Approved" }}
}}
locals {{ u = terraform_data.u.output }}

data "azureai_private_dns_zone" "it" {{ id = {id} }}
data "azureai_private_dns_zones" "it" {{
  names              = [split("/", {id})[8]]
  resource_group_ids = [split("/providers/", {id})[0]]
}}
data "azureai_private_endpoint" "it" {{ id = azureai_private_endpoint.hub.id }}
data "azureai_private_endpoint_connection" "it" {{
  name                = local.u.name
  resource_group_name = azureai_private_endpoint.hub.id == "" ? "" : "rg-ai"
}}
data "azureai_private_endpoint_connections" "it" {{
  target_resource_id = local.u.vault
  status             = local.u.status
}}
data "azureai_private_link_resources" "it" {{ target_resource_id = local.u.vault }}
data "azureai_workspace" "it" {{ id = replace(local.workspace, local.u.name, "") }}
"#,
        zone = pieces::ZONE,
        endpoint = pieces::ENDPOINT,
    ));
    world.apply().creates(3);
    world.plan().is_quiet();
    let found = world.attribute("data.azureai_private_dns_zones.it", "ids");
    let zone = world.cloud.id(pieces::ZONE_PATH);
    assert_eq!(found, json!({"privatelink.api.azureml.ms": zone}));
    world.destroy().succeeds();
}

/// Compares a record of each type and a link with their data sources, named by zone ID and by zone
/// name.
#[test]
fn record_and_link_data_sources_match_their_resources() {
    let world = World::new();
    let of = |kind: &str, own: &str| {
        format!(
            "resource \"azureai_private_dns_{kind}\" \"it\" {{\n  name = \"it-{kind}\"\n  \
             private_dns_zone_id = azureai_private_dns_zone.api.id\n  {own}\n}}\n"
        )
    };
    let kinds = [
        ("a_record", "ttl = 60\n  records = [\"10.0.1.5\"]\n  tags = { a = \"b\" }"),
        ("aaaa_record", "ttl = 60\n  records = [\"fd00::5\"]"),
        ("cname_record", "ttl = 60\n  record = \"www.example.org\""),
        ("txt_record", "ttl = 60\n  record {\n    value = \"text\"\n  }"),
        ("zone_virtual_network_link", "virtual_network_id = local.vnet"),
    ];
    let mut hcl = pieces::ZONE.to_owned();
    for (kind, own) in kinds {
        hcl.push_str(&of(kind, own));
        let zone = if kind.ends_with("link") { "private_dns_zone_name" } else { "zone_name" };
        let address = format!("azureai_private_dns_{kind}.it");
        let by_id = format!(
            "private_dns_zone_id = azureai_private_dns_zone.api.id\n  name = {address}.name"
        );
        let by_name = format!(
            "{zone} = azureai_private_dns_zone.api.name\n  resource_group_name = \"RG-AI\"\n  \
             name = {address}.name"
        );
        hcl.push_str(&data(&format!("private_dns_{kind}"), &address, &by_id));
        let named = data(&format!("private_dns_{kind}"), &address, &by_name);
        hcl.push_str(&named.replace("\"it\"", "\"named\""));
    }
    world.config(&hcl);
    world.apply().creates(6);
    world.plan().is_quiet();
    for (kind, _) in kinds {
        let resource = attributes(&world, &format!("azureai_private_dns_{kind}.it"));
        for label in ["it", "named"] {
            let shown = attributes(&world, &format!("data.azureai_private_dns_{kind}.{label}"));
            for (name, value) in shown.as_object().unwrap() {
                let nothing = |value: &Value| {
                    value.is_null() || value.as_object().is_some_and(|it| it.is_empty())
                };
                let theirs = &resource[name];
                let same = value == theirs || nothing(value) && nothing(theirs);
                let spelt = ["timeouts", "resource_group_name"].contains(&name.as_str());
                assert!(same || spelt, "{kind} {name}: {value}, not {theirs}");
            }
        }
    }
}

#[test]
fn missing_record_is_reported_at_its_name() {
    let world = World::new();
    let zone = "private_dns_zone_id = azureai_private_dns_zone.api.id\n  name = \"none\"";
    let shown = data("private_dns_a_record", "azureai_private_dns_zone.api", zone);
    world.config(&[pieces::ZONE, &shown].concat());
    world.apply().fails_with("DNS record set \"none\" does not exist").says("name = \"none\"");
}

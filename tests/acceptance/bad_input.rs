//! A mistake is told at the earliest step that can know it, with the line that it stands in.

use crate::pieces;
use crate::world::World;

/// What is wrong, a piece of a good configuration, what stands there instead, and the words.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

/// Every mistake fails `validate`, points at its line and says the words.
fn are_refused(good: &str, mistakes: &[Mistake]) {
    let world = World::new();
    world.config(good);
    world.validate().succeeds();
    for (what, place, instead, words) in mistakes {
        assert!(
            good.contains(place),
            "{what}: the configuration has no {place}"
        );
        world.config(&good.replacen(place, instead, 1));
        let line = instead.lines().next().unwrap_or_default().trim();
        world
            .validate()
            .fails_with(words)
            .says("on main.tf line")
            .says(line);
    }
    assert!(
        world.cloud.requests().is_empty(),
        "validate does not ask Azure"
    );
}

#[test]
fn in_an_endpoint() {
    let group = "private_dns_zone_group {\n    name = \"default\"\n    \
                 private_dns_zone_ids = [azureai_private_dns_zone.api.id]\n  }\n}\n";
    let end = pieces::ENDPOINT.trim_end().trim_end_matches('}');
    let good = format!("{}{end}\n  {group}", pieces::ZONE);
    let target = "private_connection_resource_id = local.workspace";
    are_refused(
        &good,
        &[
            ("name", "\"pe-hub\"", "\"-hub\"", "1 to 80 letters"),
            (
                "group name",
                "\"rg-ai\"\n  subnet_id",
                "\"a/b\"\n  subnet_id",
                "resource group name",
            ),
            (
                "type of ID",
                "= local.subnet",
                "= local.vnet",
                "virtualNetworks/…/subnets/…",
            ),
            ("no ID", "= local.subnet", "= \"snet-pe\"", "snet-pe"),
            (
                "no target",
                target,
                "is_manual_connection = false",
                "exactly one target",
            ),
            (
                "two targets",
                target,
                "private_connection_resource_id = local.workspace\n    \
                 private_connection_resource_alias = \"a.b.eastus.azure.privatelinkservice\"",
                "exactly one target",
            ),
            (
                "unknown part",
                "\"amlworkspace\"",
                "\"workspace\"",
                "amlworkspace",
            ),
            ("manual, no message", target, MANUAL, "request_message"),
            (
                "zone ID",
                "[azureai_private_dns_zone.api.id]",
                "[local.vnet]",
                "privateDnsZones/…",
            ),
            (
                "no zones",
                "[azureai_private_dns_zone.api.id]",
                "[]",
                "one to five",
            ),
            (
                "tag",
                "= local.subnet",
                "= local.subnet\n  tags = { \"a?\" = \"1\" }",
                "tag name",
            ),
        ],
    );
}

const MANUAL: &str = "is_manual_connection = true\n    \
                      private_connection_resource_id = local.workspace";

#[test]
fn in_a_zone_and_its_link() {
    let good = [pieces::ZONE, pieces::LINK].concat();
    let zone_id = "= azureai_private_dns_zone.api.id";
    let registers = "name = \"${local.network}/privateDnsZones/privatelink.a.b\"";
    let registers = registers.replace("name = ", "= ");
    let registers: &'static str =
        Box::leak(format!("registration_enabled = true\n  private_dns_zone_id {registers}").into());
    are_refused(
        &good,
        &[
            (
                "one label",
                "\"privatelink.api.azureml.ms\"",
                "\"local\"",
                "2 to 34 labels",
            ),
            (
                "dot at the end",
                "\"privatelink.api.azureml.ms\"",
                "\"a.b.\"",
                "2 to 34 labels",
            ),
            (
                "network",
                "= local.vnet",
                "= local.subnet",
                "virtualNetworks/…",
            ),
            ("zone", zone_id, "= local.vnet", "privateDnsZones/…"),
            (
                "registration",
                "private_dns_zone_id = azureai_private_dns_zone.api.id",
                registers,
                "privatelink",
            ),
            (
                "policy",
                "= local.vnet",
                "= local.vnet\n  resolution_policy = \"None\"",
                "\"Default\"",
            ),
        ],
    );
}

#[test]
fn in_a_zone_group() {
    let good = [pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat();
    let endpoint = "= azureai_private_endpoint.hub.id";
    are_refused(
        &good,
        &[
            ("endpoint", endpoint, "= local.subnet", "privateEndpoints/…"),
            (
                "zone",
                "= azureai_private_dns_zone.api.id",
                "= local.vnet",
                "privateDnsZones/…",
            ),
            ("name", "\"default\"", "\"\"", "1 to 80 letters"),
        ],
    );
}

#[test]
fn in_a_flag() {
    let good = [pieces::ENDPOINT, pieces::FLAG].concat();
    are_refused(
        &good,
        &[
            (
                "value",
                "\"Disabled\"",
                "\"disabled\"",
                "Did you mean \"Disabled\"?",
            ),
            (
                "not there",
                "= \"Disabled\"",
                "= \"SecuredByPerimeter\"",
                "cannot be",
            ),
            ("wish", "\"restore\"", "\"reset\"", "\"retain\""),
            (
                "target",
                "= local.workspace\n  public",
                "= local.vnet\n  public",
                "virtualNetworks",
            ),
        ],
    );
}

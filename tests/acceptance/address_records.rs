//! `azureai_private_dns_a_record`: records that no zone group manages.

use serde_json::json;

use crate::attributes::each_works;
use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_private_dns_a_record.it";

const RECORD: &str = r#"
resource "azureai_private_dns_a_record" "it" {
  name                = "www.team"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 300
  records             = ["10.0.1.9", "10.0.1.5"]
}
"#;

fn hcl() -> String {
    [pieces::ZONE, RECORD].concat()
}

fn path(name: &str) -> String {
    format!("{}/A/{name}", pieces::ZONE_PATH)
}

#[test]
fn every_record_attribute_updates_or_replaces_as_documented() {
    let second = pieces::ZONE
        .replace("\"api\"", "\"two\"")
        .replace("privatelink.api.azureml.ms", "two.example.org");
    let record = pieces::with(RECORD, "  # here\n");
    each_works(
        &World::new(),
        &[pieces::ZONE, &second, &record].concat(),
        r#"
update: ttl
place:  300
to:     0

update: records
place:  ["10.0.1.9", "10.0.1.5"]
to:     ["10.0.1.6"]

update: tags
from:   tags = { a = "1" }
to:     tags = { b = "2" }

update: tags
from:   tags = { a = "1" }

update: on_destroy
to:     on_destroy = "delete"
from:   on_destroy = "retain"

update: overwrite_existing
to:     overwrite_existing = true

replace: name
place:   "www.team"
to:      "*.team"

replace: private_dns_zone_id
place:   azureai_private_dns_zone.api.id
to:      azureai_private_dns_zone.two.id
"#,
    );
}

#[test]
fn apex_wildcard_and_uppercase_names_are_accepted() {
    let world = World::new();
    for (name, fqdn) in [("@", ""), ("*", "*."), ("WWW", "www.")] {
        world.config(&hcl().replace("www.team", name));
        world.apply().succeeds();
        world.plan().is_quiet();
        let fqdn = format!("{fqdn}privatelink.api.azureml.ms.");
        assert_eq!(world.attribute(ADDRESS, "fqdn"), fqdn.as_str());
    }
    world.config(
        &hcl()
            .replace("www.team", "www")
            .replace("[\"10.0.1.9\", \"10.0.1.5\"]", "[\"10.0.1.5\", \"10.0.1.9\", \"10.0.1.5\"]"),
    );
    world.plan().is_quiet();
}

#[test]
fn create_fails_for_an_existing_record_without_overwrite_existing() {
    let world = World::new();
    let tagged = pieces::with(RECORD, "  tags = { by = \"hand\" }\n");
    world.config(&[pieces::ZONE, &tagged].concat());
    world.apply().creates(2);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    let other = RECORD.replace("300", "60");
    world.config(&[pieces::ZONE, &other].concat());
    world.apply().fails_with("The DNS record set \"www.team\" already exists").says("import {");
    assert_eq!(world.cloud.get(&path("www.team")).unwrap()["properties"]["ttl"], 300);
    let mine = pieces::with(&other, "  overwrite_existing = true\n");
    world.config(&[pieces::ZONE, &mine].concat());
    world.apply().creates(1);
    world.plan().is_quiet();
    let now = world.cloud.get(&path("www.team")).unwrap();
    assert_eq!(now["properties"]["ttl"], 60);
    assert_eq!(now["properties"]["metadata"].get("by"), None);
}

#[test]
fn destroy_with_retain_keeps_the_record() {
    let world = World::new();
    world.config(&[pieces::ZONE, &pieces::with(RECORD, "  on_destroy = \"retain\"\n")].concat());
    world.apply().creates(2);
    world.config(pieces::ZONE);
    world.apply().destroys(1);
    assert!(world.cloud.has(&path("www.team")), "it is still there");
}

#[test]
fn record_drift_is_repaired_and_import_accepts_any_casing() {
    let world = World::new();
    world.config(&hcl());
    world.apply().creates(2);
    let change = json!({"properties": {"ttl": 10, "aRecords": [{"ipv4Address": "10.0.1.9"}]}});
    world.cloud.patch(&path("www.team"), &change);
    world.apply().updates(1).says("ttl").says("records");
    world.plan().is_quiet();
    world.cloud.delete(&path("www.team"));
    world.apply().creates(1);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    let id = world.cloud.id(&path("www.team"));
    world
        .import(ADDRESS, &id.replace("/A/", "/AAAA/"))
        .fails_with("is not the ID of a DNS record set")
        .says("privateDnsZones/NAME/A/NAME");
    world.import(ADDRESS, &pieces::odd_casing(&id)).succeeds();
    world.plan().is_quiet();
    world.destroy().destroys(2);
    assert!(!world.cloud.has(&path("www.team")));
}

#[test]
fn invalid_record_arguments_are_errors() {
    are_refused(
        &hcl(),
        r#"
good: "www.team"
bad:  "www.team."
says: not a record name

good: "www.team"
bad:  "www.*"
says: not a record name

good: private_dns_zone_id = azureai_private_dns_zone.api.id
bad:  private_dns_zone_id = local.vnet
says: privateDnsZones/…

good: 300
bad:  2147483648
says: from 0 to 2147483647

good: 300
bad:  -1
says: from 0 to 2147483647

good: ["10.0.1.9", "10.0.1.5"]
bad:  []
says: 1 to 20

good: ["10.0.1.9", "10.0.1.5"]
bad:  [for n in range(21) : "10.0.1.${n}"]
says: 1 to 20

good: ["10.0.1.9", "10.0.1.5"]
bad:  ["::1"]
says: not an IPv4 address

good: ttl                 = 300
bad:  ttl        = 300
bad:  on_destroy = "keep"
line: on_destroy = "keep"
says: "retain"

good: ttl                 = 300
bad:  ttl  = 300
bad:  tags = { "a/b" = "c" }
line: tags
says: tag name
"#,
    );
}

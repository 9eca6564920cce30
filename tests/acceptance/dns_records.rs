//! DNS record resources: shared tests of every type, and tests of what only one type has.

use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::examples::works;
use crate::moves::are_moved;
use crate::pieces;
use crate::world::World;

/// A record type, and the values that its tests use.
struct Type {
    resource: &'static str,
    /// Name of the type in ARM's paths, below the zone.
    segment: &'static str,
    /// Values of the configuration. `otherwise` has these values in another spelling.
    values: &'static str,
    otherwise: &'static str,
    /// Different values.
    others: &'static str,
    /// ARM's property with a value of another client. `attribute` is the attribute that shows it.
    theirs: fn() -> Value,
    attribute: &'static str,
}

impl Type {
    fn record(&self, zone: &str, values: &str) -> String {
        let Self { resource, .. } = self;
        format!(
            "resource \"{resource}\" \"www\" {{\n  name = \"www\"\n{zone}  ttl  = 300\n  \
             tags = {{ team = \"research\" }}\n{values}}}\n"
        )
    }

    fn hcl(&self, values: &str) -> String {
        let zone = "  private_dns_zone_id = azureai_private_dns_zone.api.id\n";
        [pieces::ZONE, &self.record(zone, values)].concat()
    }

    fn address(&self) -> String {
        format!("{}.www", self.resource)
    }

    fn path(&self) -> String {
        format!("{}/{}/www", pieces::ZONE_PATH, self.segment)
    }

    /// Asserts that a record is created, updated, repaired, recreated, imported, and destroyed, and
    /// that another spelling shows no changes.
    fn is_created_updated_imported_and_destroyed(&self) {
        let (world, path) = (World::new(), self.path());
        world.config(&self.hcl(self.values));
        world.apply().creates(2);
        world.plan().is_quiet();
        let fqdn = world.attribute(&self.address(), "fqdn");
        assert_eq!(fqdn, "www.privatelink.api.azureml.ms.");
        let made = world.cloud.get(&path).unwrap();
        world.config(&self.hcl(self.otherwise));
        world.plan().is_quiet();
        world.config(&self.hcl(self.otherwise).replace("300", "60"));
        world.apply().updates(1).replaces(0);
        let changed = world.cloud.get(&path).unwrap();
        assert_eq!(changed["properties"]["ttl"], 60);
        for (name, value) in (self.theirs)().as_object().unwrap() {
            assert_eq!(changed["properties"][name], made["properties"][name], "spelt as it was");
            assert_ne!(changed["properties"][name], *value);
        }
        world.config(&self.hcl(self.others));
        world.apply().updates(1).says(self.attribute).replaces(0);
        world.plan().is_quiet();
        world.cloud.patch(&path, &json!({ "properties": (self.theirs)() }));
        world.apply().updates(1).says(self.attribute);
        world.plan().is_quiet();
        world.cloud.delete(&path);
        world.apply().creates(1);
        world.run(&["state", "rm", &self.address()]).succeeds();
        world.apply().fails_with("already exists").says("import {");
        let id = world.cloud.id(&path);
        world.import(&self.address(), &id.replace(self.segment, "SRV")).fails_with("is not the ID");
        world.import(&self.address(), &pieces::odd_casing(&id)).succeeds();
        world.apply().creates(0).replaces(0).destroys(0);
        world.plan().is_quiet();
        world.destroy().destroys(2);
        assert!(!world.cloud.has(&path));
    }

    /// Asserts that the record accepts the arguments by which azurerm named the zone before version
    /// 5.
    fn accepts_zone_name_of_azurerm(&self) {
        let world = World::new();
        let zone = "  zone_name = azureai_private_dns_zone.api.name\n  \
                    resource_group_name = \"rg-ai\"\n";
        world.config(&[pieces::ZONE, &self.record(zone, self.values)].concat());
        world.apply().creates(2);
        world.plan().is_quiet();
        world.config(&self.hcl(self.values));
        world.plan().is_quiet();
        world.destroy().destroys(2);
    }

    /// Asserts that `moved` blocks move the record from azurerm 4 and 5 and from azapi, by the
    /// states in `tests/moves`.
    fn moves(&self) {
        let file = self.resource.trim_start_matches("azureai_");
        for version in ["azurerm-4", "azurerm-5", "azapi"] {
            let world = World::new();
            let name = format!("{file}/{version}");
            are_moved(&world, &self.hcl(self.values), &[&name]);
            world.destroy().destroys(2);
        }
    }
}

const A: Type = Type {
    resource: "azureai_private_dns_a_record",
    segment: "A",
    values: "  records = [\"10.0.1.9\", \"10.0.1.5\"]\n",
    otherwise: "  records = [\"10.0.1.5\", \"10.0.1.9\", \"10.0.1.5\"]\n",
    others: "  records = [\"10.0.1.6\"]\n",
    theirs: || json!({ "aRecords": [{ "ipv4Address": "10.0.1.7" }] }),
    attribute: "records",
};

#[test]
fn a_record_is_created_updated_imported_and_destroyed() {
    A.is_created_updated_imported_and_destroyed();
}

#[test]
fn a_record_accepts_zone_name_of_azurerm() {
    A.accepts_zone_name_of_azurerm();
}

#[test]
fn a_record_examples_work() {
    works("examples/resources/azureai_private_dns_a_record");
    works("examples/data-sources/azureai_private_dns_a_record");
}

const AAAA: Type = Type {
    resource: "azureai_private_dns_aaaa_record",
    segment: "AAAA",
    values: "  records = [\"2001:db8::9\", \"2001:db8::5\"]\n",
    otherwise: "  records = [\"2001:0DB8:0:0::5\", \"2001:db8:0::9\"]\n",
    others: "  records = [\"2001:db8::6\"]\n",
    theirs: || json!({ "aaaaRecords": [{ "ipv6Address": "2001:db8::7" }] }),
    attribute: "records",
};

#[test]
fn aaaa_record_examples_work() {
    works("examples/resources/azureai_private_dns_aaaa_record");
    works("examples/data-sources/azureai_private_dns_aaaa_record");
}

#[test]
fn aaaa_record_is_created_updated_imported_and_destroyed() {
    AAAA.is_created_updated_imported_and_destroyed();
}

#[test]
fn aaaa_record_accepts_zone_name_of_azurerm() {
    AAAA.accepts_zone_name_of_azurerm();
}

#[test]
fn aaaa_record_moves_from_azurerm_and_azapi() {
    AAAA.moves();
}

#[test]
fn invalid_aaaa_record_arguments_are_errors() {
    are_refused(
        &AAAA.hcl(AAAA.values),
        r#"
good: ["2001:db8::9", "2001:db8::5"]
bad:  ["10.0.1.9"]
says: For an IPv4 address, use

good: ["2001:db8::9", "2001:db8::5"]
bad:  ["2001:db8::1::2"]
says: not an IPv6 address

good: ["2001:db8::9", "2001:db8::5"]
bad:  []
says: 1 to 20

good: 300
bad:  2147483648
says: from 0 to 2147483647
"#,
    );
}

const CNAME: Type = Type {
    resource: "azureai_private_dns_cname_record",
    segment: "CNAME",
    values: "  record = \"models.example.com\"\n",
    otherwise: "  record = \"Models.EXAMPLE.com.\"\n",
    others: "  record = \"other.example.com.\"\n",
    theirs: || json!({ "cnameRecord": { "cname": "theirs.example.com" } }),
    attribute: "record",
};

#[test]
fn cname_record_examples_work() {
    works("examples/resources/azureai_private_dns_cname_record");
    works("examples/data-sources/azureai_private_dns_cname_record");
}

#[test]
fn cname_record_is_created_updated_imported_and_destroyed() {
    CNAME.is_created_updated_imported_and_destroyed();
}

#[test]
fn cname_record_accepts_zone_name_of_azurerm() {
    CNAME.accepts_zone_name_of_azurerm();
}

#[test]
fn cname_record_moves_from_azurerm_and_azapi() {
    CNAME.moves();
}

#[test]
fn invalid_cname_record_arguments_are_errors() {
    are_refused(
        &CNAME.hcl(CNAME.values),
        r#"
good: name = "www"
bad:  name = "@"
says: The zone itself cannot be an alias

good: "models.example.com"
bad:  "10.0.1.5"
says: is an IP address

good: "models.example.com"
bad:  "https://models.example.com"
says: not a DNS name
"#,
    );
}

/// A name with address records cannot have a CNAME record.
#[test]
fn cname_record_beside_addresses_is_an_error() {
    let world = World::new();
    world.config(&A.hcl(A.values));
    world.apply().creates(2);
    let zone = "  private_dns_zone_id = azureai_private_dns_zone.api.id\n";
    let alias = CNAME.record(zone, CNAME.values);
    world.config(&[&A.hcl(A.values), &*alias].concat());
    let refused = world.apply().fails_with("another record");
    refused.says("azureai_private_dns_cname_record.www");
    assert!(!world.cloud.has(&CNAME.path()));
    world.config(&CNAME.hcl(CNAME.values));
    world.apply().destroys(1).creates(1);
    world.plan().is_quiet();
}

const TXT: Type = Type {
    resource: "azureai_private_dns_txt_record",
    segment: "TXT",
    values: "  record {\n    value = \"a=1\"\n  }\n  record {\n    value = \"b=2\"\n  }\n",
    otherwise: "  record {\n    value = \"b=2\"\n  }\n  record {\n    value = \"a=1\"\n  }\n",
    others: "  record {\n    value = join(\"\", [for n in range(1000) : \"x\"])\n  }\n",
    theirs: || json!({ "txtRecords": [{ "value": ["by ", "hand"] }] }),
    attribute: "record",
};

#[test]
fn txt_record_examples_work() {
    works("examples/resources/azureai_private_dns_txt_record");
    works("examples/data-sources/azureai_private_dns_txt_record");
}

#[test]
fn txt_record_is_created_updated_imported_and_destroyed() {
    TXT.is_created_updated_imported_and_destroyed();
}

#[test]
fn txt_record_accepts_zone_name_of_azurerm() {
    TXT.accepts_zone_name_of_azurerm();
}

#[test]
fn txt_record_moves_from_azurerm_and_azapi() {
    TXT.moves();
}

#[test]
fn invalid_txt_record_arguments_are_errors() {
    are_refused(
        &TXT.hcl(TXT.values),
        r#"
good: "a=1"
bad:  join("", [for n in range(1000) : "xx"])
line: resource "azureai_private_dns_txt_record"
says: has 2000 bytes

good: "a=1"
bad:  ""
line: resource "azureai_private_dns_txt_record"
says: has 0 bytes
"#,
    );
}

/// azurerm splits a text into strings of 254 bytes, and the provider reads the joined text.
#[test]
fn txt_record_split_by_azurerm_shows_no_changes() {
    let world = World::new();
    world.config(&TXT.hcl(TXT.others));
    world.apply().creates(2);
    let strings = [254, 254, 254, 238].map(|length| "x".repeat(length));
    let cut = json!({ "txtRecords": [{ "value": strings }] });
    world.cloud.patch(&TXT.path(), &json!({ "properties": cut }));
    world.plan().is_quiet();
    world.config(&TXT.hcl(TXT.others).replace("300", "60"));
    world.apply().updates(1);
    let now = world.cloud.get(&TXT.path()).unwrap();
    assert_eq!(now["properties"]["txtRecords"], cut["txtRecords"]);
}

//! Record sets of every type: each is made, changed, taken over and taken away by the same stories,
//! and then there is what only one type has.

use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::examples::works;
use crate::moves::are_taken_over;
use crate::pieces;
use crate::world::World;

/// A record type, and what its stories need.
struct Type {
    resource: &'static str,
    /// ARM's name of the type, below that of the zone.
    segment: &'static str,
    /// The values, as the configuration has them, and as their spelling may vary.
    values: &'static str,
    otherwise: &'static str,
    /// Other values.
    others: &'static str,
    /// ARM's property, as somebody else writes it, and the attribute that tells of it.
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

    /// Made, spelt otherwise, changed, drifted, lost, imported, taken away.
    fn comes_changes_and_goes(&self) {
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

    /// The names that azurerm had for the zone before version 5.
    fn takes_azurerms_words(&self) {
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

    /// From azurerm 4 and 5, and from azapi: `tests/moves` has the states.
    fn moves(&self) {
        let file = self.resource.trim_start_matches("azureai_");
        for version in ["azurerm-4", "azurerm-5", "azapi"] {
            let world = World::new();
            let name = format!("{file}/{version}");
            are_taken_over(&world, &self.hcl(self.values), &[&name]);
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
fn a_comes_changes_and_goes() {
    A.comes_changes_and_goes();
}

#[test]
fn a_takes_azurerms_words() {
    A.takes_azurerms_words();
}

#[test]
fn a_example() {
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
fn aaaa_example() {
    works("examples/resources/azureai_private_dns_aaaa_record");
    works("examples/data-sources/azureai_private_dns_aaaa_record");
}

#[test]
fn aaaa_comes_changes_and_goes() {
    AAAA.comes_changes_and_goes();
}

#[test]
fn aaaa_takes_azurerms_words() {
    AAAA.takes_azurerms_words();
}

#[test]
fn aaaa_moves() {
    AAAA.moves();
}

#[test]
fn aaaa_mistakes() {
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
fn cname_example() {
    works("examples/resources/azureai_private_dns_cname_record");
    works("examples/data-sources/azureai_private_dns_cname_record");
}

#[test]
fn cname_comes_changes_and_goes() {
    CNAME.comes_changes_and_goes();
}

#[test]
fn cname_takes_azurerms_words() {
    CNAME.takes_azurerms_words();
}

#[test]
fn cname_moves() {
    CNAME.moves();
}

#[test]
fn cname_mistakes() {
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

/// A name that has addresses is no alias, whoever comes first.
#[test]
fn cname_beside_addresses_is_refused() {
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
fn txt_example() {
    works("examples/resources/azureai_private_dns_txt_record");
    works("examples/data-sources/azureai_private_dns_txt_record");
}

#[test]
fn txt_comes_changes_and_goes() {
    TXT.comes_changes_and_goes();
}

#[test]
fn txt_takes_azurerms_words() {
    TXT.takes_azurerms_words();
}

#[test]
fn txt_moves() {
    TXT.moves();
}

#[test]
fn txt_mistakes() {
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

/// azurerm cuts a text before its 255th byte: what it has written is the same text here.
#[test]
fn txt_that_was_cut_elsewhere_is_the_same() {
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

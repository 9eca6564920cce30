//! Private DNS: record sets of each type.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

/// Creates a zone for records, and returns its ID.
async fn start() -> (Client, String) {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    (client, zone)
}

fn set(property: &str, value: &Value) -> Value {
    json!({ "properties": { "ttl": 300, property: value } })
}

/// Returns a valid body of each type, by its property.
fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    let service = json!({ "priority": 1, "weight": 2, "port": 443, "target": "s.example." });
    vec![
        ("A", "aRecords", json!([{ "ipv4Address": "10.0.0.1" }])),
        ("AAAA", "aaaaRecords", json!([{ "ipv6Address": "fd5d:70bc:930e:d008:0000::0001" }])),
        ("CNAME", "cnameRecord", json!({ "cname": "other.one.example" })),
        ("MX", "mxRecords", json!([{ "preference": 10, "exchange": "mail.example" }])),
        ("PTR", "ptrRecords", json!([{ "ptrdname": "host.example" }])),
        ("SRV", "srvRecords", json!([service])),
        ("TXT", "txtRecords", json!([{ "value": ["one ", "text"] }, { "value": ["two"] }])),
    ]
}

#[tokio::test]
async fn each_record_type_is_created_changed_and_deleted() {
    let (client, zone) = start().await;
    for (kind, property, value) in bodies() {
        let id = format!("{zone}/{kind}/Name-{kind}");
        let mut body = set(property, &value);
        body["properties"]["metadata"] = json!({ "a": "1", "b": "2" });
        let made = client.put(&id, &body).await.is(201).body;
        let name = format!("name-{}", kind.to_lowercase());
        assert_eq!(made["name"], json!(name));
        assert_eq!(made["type"], format!("Microsoft.Network/privateDnsZones/{kind}"));
        assert_eq!(made["id"], format!("{zone}/{kind}/{name}"));
        let shown = json!({
            "ttl": 300, property: value, "metadata": { "a": "1", "b": "2" },
            "fqdn": format!("{name}.one.example."), "isAutoRegistered": false,
        });
        assert_eq!(made["properties"], shown);

        let url = client.url(&id, version(&id));
        let etag = made["etag"].as_str().expect("an etag").to_owned();
        for header in [("if-none-match", "*"), ("if-match", "other")] {
            let answer = client.send(Method::PUT, &url, &[header], Some(&body)).await;
            answer.refused(412, "PreconditionFailed");
        }
        let patch = json!({ "properties": { "ttl": 1, "metadata": { "c": "3" } } });
        let header = [("if-match", etag.as_str())];
        let patched = client.send(Method::PATCH, &url, &header, Some(&patch)).await.is(200).body;
        assert_eq!(patched["properties"]["ttl"], json!(1));
        assert_eq!(patched["properties"]["metadata"], json!({ "c": "3" }));
        assert_eq!(patched["properties"][property], value);
        assert_ne!(patched["etag"], json!(etag));

        let list = client.get(&format!("{zone}/{kind}")).await.is(200).body;
        assert_eq!(list["value"], json!([client.get(&id).await.is(200).body]));
        client.delete(&id).await.is(200);
        client.delete(&id).await.is(204);
        client.get(&id).await.refused(404, "NotFound");
    }
}

#[tokio::test]
async fn cname_shares_its_name_with_no_record() {
    let (client, zone) = start().await;
    let alias = set("cnameRecord", &json!({ "cname": "other.example" }));
    let texts = set("txtRecords", &json!([{ "value": ["text"] }]));
    client.put(&format!("{zone}/CNAME/@"), &alias).await.refused(409, "Conflict");
    client.put(&format!("{zone}/TXT/@"), &texts).await.is(201);

    client.put(&format!("{zone}/CNAME/www"), &alias).await.is(201);
    client.put(&format!("{zone}/CNAME/www"), &alias).await.is(200);
    client.put(&format!("{zone}/TXT/WWW"), &texts).await.refused(409, "Conflict");
    client.delete(&format!("{zone}/CNAME/www")).await.is(200);
    client.put(&format!("{zone}/TXT/www"), &texts).await.is(201);
    client.put(&format!("{zone}/CNAME/www"), &alias).await.refused(409, "Conflict");
}

#[tokio::test]
async fn record_values_are_checked() {
    let (client, zone) = start().await;
    let long = "x".repeat(256);
    let most = json!({ "value": vec!["x".repeat(255); 16] });
    let number = json!([{ "preference": 65536, "exchange": "m.example" }]);
    let service = json!([{ "priority": 1, "weight": 1, "port": "443", "target": "s.example" }]);
    let cases = [
        ("AAAA", "aaaaRecords", json!([{ "ipv6Address": "10.0.0.1" }])),
        ("AAAA", "aaaaRecords", json!([{ "ipv6Address": "fd00::1%eth0" }])),
        ("AAAA", "aaaaRecords", json!([{}])),
        ("AAAA", "aRecords", json!([{ "ipv4Address": "10.0.0.1" }])),
        ("AAAA", "aaaaRecords", json!([{ "ipV6Address": "fd00::1" }])),
        ("CNAME", "cnameRecord", json!("other.example")),
        ("CNAME", "cnameRecord", json!({ "cname": "two words" })),
        ("CNAME", "cnameRecord", json!({ "cname": "" })),
        ("MX", "mxRecords", number),
        ("PTR", "ptrRecords", json!([{ "ptrdname": "a..b" }])),
        ("SRV", "srvRecords", service),
        ("TXT", "txtRecords", json!([{ "value": "text" }])),
        ("TXT", "txtRecords", json!([{ "value": [long] }])),
        ("TXT", "txtRecords", json!([most, { "value": ["a string of more than sixteen"] }])),
    ];
    for (kind, property, value) in cases {
        client.put(&format!("{zone}/{kind}/name"), &set(property, &value)).await.is(400);
    }
    client.put(&format!("{zone}/TXT/name"), &set("txtRecords", &json!([most]))).await.is(201);
    for ttl in [json!(-1), json!(2_147_483_648_u32), json!("1"), Value::Null] {
        let body = json!({ "properties": { "ttl": ttl, "txtRecords": [{ "value": ["a"] }] } });
        client.put(&format!("{zone}/TXT/other"), &body).await.is(400);
    }
    let metadata = json!({ "properties": { "ttl": 1, "metadata": { "a": 1 } } });
    client.put(&format!("{zone}/TXT/other"), &metadata).await.is(400);
    // The Azure CLI creates an empty record set before it adds the first record.
    for (kind, property, empty) in [
        ("AAAA", "aaaaRecords", json!([])),
        ("CNAME", "cnameRecord", json!({})),
        ("MX", "mxRecords", Value::Null),
    ] {
        client.put(&format!("{zone}/{kind}/empty-{kind}"), &set(property, &empty)).await.is(201);
    }
}

#[tokio::test]
async fn records_are_listed_by_type_and_all_together() {
    let (client, zone) = start().await;
    for (kind, property, value) in bodies() {
        for name in ["a.one", "b.two"] {
            let id = format!("{zone}/{kind}/{kind}-{name}");
            client.put(&id, &set(property, &value)).await.is(201);
        }
    }
    let count = async |path: &str| {
        let body = client.get(&format!("{zone}/{path}")).await.is(200).body;
        body["value"].as_array().expect("a list").len()
    };
    for kind in ["A", "AAAA", "CNAME", "MX", "PTR", "SRV", "TXT"] {
        assert_eq!(count(kind).await, 2, "{kind}");
        assert_eq!(count(&format!("{kind}?$recordsetnamesuffix=.two")).await, 1, "{kind}");
    }
    assert_eq!(count("ALL").await, 15);
    assert_eq!(count("all?$recordsetnamesuffix=.one").await, 7);
    for unknown in ["recordsets", "CAA", "NS"] {
        client.get(&format!("{zone}/{unknown}")).await.refused(400, "InvalidResourceType");
    }
}

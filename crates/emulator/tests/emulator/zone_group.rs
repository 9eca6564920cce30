//! Zone groups: written records, covered names, and their removal.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::client::Client;

async fn world() -> (Client, String, [String; 2]) {
    filled(Client::start().await).await
}

async fn filled(client: Client) -> (Client, String, [String; 2]) {
    let endpoint = client.network("privateEndpoints/pe-hub");
    client.make(&endpoint, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let zones = ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]
        .map(|zone| client.network(&format!("privateDnsZones/{zone}")));
    for zone in &zones {
        client.make(zone, &json!({ "location": "global" })).await;
    }
    (client, endpoint, zones)
}

fn group(configs: &[(&str, &str)]) -> Value {
    let configs: Vec<Value> = configs
        .iter()
        .map(|(name, zone)| json!({ "name": name, "properties": { "privateDnsZoneId": zone } }))
        .collect();
    json!({ "properties": { "privateDnsZoneConfigs": configs } })
}

async fn records(client: &Client, zone: &str) -> Vec<String> {
    let list = client.get(&format!("{zone}/A")).await.is(200).body;
    let list = list["value"].as_array().expect("a list").clone();
    list.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn zone_group_writes_and_removes_records() {
    let (client, endpoint, [api, notebooks]) = world().await;
    let id = format!("{endpoint}/privateDnsZoneGroups/default");
    let made = client.make(&id, &group(&[("api", &api)])).await;
    let sets = made["properties"]["privateDnsZoneConfigs"][0]["properties"]["recordSets"].clone();
    assert_eq!(sets.as_array().map(Vec::len), Some(3));
    assert_eq!(sets[0]["ttl"], json!(10));
    assert_eq!(records(&client, &api).await.len(), 3);
    let open = client.get(&endpoint).await.body["properties"]["customDnsConfigs"].clone();
    assert_eq!(open.as_array().map(Vec::len), Some(1), "{open:#}");

    client.make(&id, &group(&[("api", &api), ("notebooks", &notebooks)])).await;
    assert_eq!(records(&client, &notebooks).await.len(), 1);
    let open = client.get(&endpoint).await.body["properties"]["customDnsConfigs"].clone();
    assert_eq!(open, json!([]));
    let zone = client.get(&api).await.body;
    assert_eq!(zone["properties"]["numberOfRecordSets"], json!(4));
    let record = format!("{api}/A/{}", records(&client, &api).await[0]);
    let record = client.get(&record).await.is(200).body;
    let creator = record["properties"]["metadata"]["creator"].as_str().expect("a creator");
    assert!(creator.starts_with("created by private endpoint pe-hub"));

    client.make(&id, &group(&[("notebooks", &notebooks)])).await;
    assert_eq!(records(&client, &api).await.len(), 0);
    client.remove(&endpoint).await;
    assert_eq!(records(&client, &notebooks).await.len(), 0);
    client.get(&id).await.is(404);
}

#[tokio::test]
async fn records_can_be_later_than_their_group() {
    let builder = Emulator::builder().record_seconds(30.0);
    let (client, endpoint, [api, _]) = filled(Client::with(builder).await).await;
    let id = format!("{endpoint}/privateDnsZoneGroups/default");
    let made = client.make(&id, &group(&[("api", &api)])).await;
    let config = &made["properties"]["privateDnsZoneConfigs"][0]["properties"];
    assert_eq!(config["provisioningState"], "Succeeded");
    assert_eq!(config["recordSets"], json!([]));
    assert_eq!(records(&client, &api).await.len(), 0);
    client.emulator.advance(30.0);
    assert_eq!(records(&client, &api).await.len(), 3);
    let shown = client.get(&id).await.body["properties"]["privateDnsZoneConfigs"][0].clone();
    assert_eq!(shown["properties"]["recordSets"].as_array().map(Vec::len), Some(3));

    client.make(&id, &group(&[("api", &api)])).await;
    client.remove(&id).await;
    client.emulator.advance(30.0);
    assert_eq!(
        records(&client, &api).await.len(),
        0,
        "the group is deleted before its late records"
    );
}

#[tokio::test]
async fn refuses_what_azure_refuses() {
    let (client, endpoint, [api, notebooks]) = world().await;
    let id = format!("{endpoint}/privateDnsZoneGroups/default");
    let twice = group(&[("same", &api), ("same", &notebooks)]);
    let answer = client.put(&id, &twice).await.refused(400, "InvalidRequestFormat");
    assert_eq!(answer.body["error"]["details"][0]["code"], "DuplicateResourceName");
    let gone = client.network("privateDnsZones/none.example");
    client.put(&id, &group(&[("z", &gone)])).await.refused(400, "InvalidResourceReference");
    let many: Vec<(String, String)> =
        (0..6).map(|index| (format!("z{index}"), api.clone())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    client.put(&id, &group(&many)).await.is(400);

    client.make(&id, &group(&[("z", &api)])).await;
    client.put(&id, &group(&[("z", &notebooks)])).await.is(400);
    let second = format!("{endpoint}/privateDnsZoneGroups/second");
    let answer = client.put(&second, &group(&[("z", &api)])).await.is(400);
    assert!(answer.body.to_string().contains("more than one private dns zone groups"));
    let orphan = client.network("privateEndpoints/none/privateDnsZoneGroups/default");
    client.put(&orphan, &group(&[])).await.refused(404, "ParentResourceNotFound");
}

#[tokio::test]
async fn zone_with_another_name_gets_no_records() {
    let (client, endpoint, _) = world().await;
    let zone = client.network("privateDnsZones/other.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let id = format!("{endpoint}/privateDnsZoneGroups/default");
    let made = client.make(&id, &group(&[("z", &zone)])).await;
    let config = &made["properties"]["privateDnsZoneConfigs"][0];
    assert_eq!(config["properties"]["recordSets"], json!([]));
    assert_eq!(records(&client, &zone).await.len(), 0);
}

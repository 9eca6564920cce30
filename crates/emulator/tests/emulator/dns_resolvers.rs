//! Azure DNS Private Resolver, with the requests of azurerm.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn resolver_and_rule_set_are_created_and_read() {
    let client = Client::start().await;
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    let network = json!({ "id": client.network("virtualNetworks/vnet-ai") });
    let resolver = client.network("dnsResolvers/one");
    let located = |properties| json!({ "location": "eastus", "properties": properties });
    client.put(&resolver, &located(json!({ "virtualNetwork": network }))).await.is(201);
    let inbound = format!("{resolver}/inboundEndpoints/in");
    let configuration = json!({ "subnet": { "id": subnet }, "privateIpAddress": "10.0.1.250" });
    let fixed = located(json!({ "ipConfigurations": [configuration] }));
    client.put(&inbound, &fixed).await.is(201);
    let shown = client.get(&inbound).await.is(200).body;
    let address = &shown["properties"]["ipConfigurations"][0]["privateIpAddress"];
    assert_eq!(address, "10.0.1.250");
    let floating = located(json!({ "ipConfigurations": [{ "subnet": { "id": subnet } }] }));
    client.put(&inbound, &floating).await.is(400);
    let outbound = format!("{resolver}/outboundEndpoints/out");
    client.put(&outbound, &located(json!({ "subnet": { "id": subnet } }))).await.is(201);

    let rules = client.network("dnsForwardingRulesets/rules");
    let ends = json!({ "dnsResolverOutboundEndpoints": [{ "id": outbound }] });
    client.put(&rules, &located(ends)).await.is(201);
    let link = json!({ "properties": { "virtualNetwork": network } });
    client.put(&format!("{rules}/virtualNetworkLinks/ai"), &link).await.is(201);
    let rule = |domain: &str, address: &str| {
        let servers = json!([{ "ipAddress": address, "port": 53 }]);
        json!({ "properties": { "domainName": domain, "targetDnsServers": servers } })
    };
    let path = format!("{rules}/forwardingRules/one");
    client.put(&path, &rule("api.azureml.ms.", "10.0.1.250")).await.is(201);
    let shown = client.get(&path).await.is(200).body;
    assert_eq!(shown["properties"]["forwardingRuleState"], "Enabled");
    let path = format!("{rules}/forwardingRules/two");
    client.put(&path, &rule("api.azureml.ms", "10.0.1.250")).await.is(400);
    client.put(&path, &rule("api.azureml.ms.", "dns")).await.is(400);
    let listed = client.get(&format!("{rules}/forwardingRules")).await.is(200).body;
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(1));
}
